/* Starts the page: the three choices, what they show. The address keeps them, so that it can be handed on. */
"use strict";
Dashboard.fail = function (error) {
  console.error(error);
  var place = document.getElementById("failed");
  place.textContent = Dashboard.say("failed", { why: error && error.message ? error.message : String(error) });
  place.hidden = false;
};

Dashboard.choices = { plan: document.getElementById("plan"), area: document.getElementById("area"), layer: document.getElementById("layer") };

Dashboard.option = function (value, text) {
  var option = Dashboard.make("option", null, text);
  option.value = value;
  return option;
};

/* The layers that there are for a plan. */
Dashboard.layers = function (plan) {
  var found = [{ id: "status", of: "status" }, { id: "households", of: "households", classes: "households" }];
  (plan.coverage ? plan.coverage.measured.about.kinds : []).forEach(function (kind) {
    found.push({ id: "coverage:" + kind, of: "coverage", kind: kind, classes: "share", name: Dashboard.say("layer.coverage", { kind: Dashboard.kind(kind), within: Dashboard.data.within }) });
  });
  if (plan.incidents && plan.incidents.rows.length) {
    found.push({ id: "closed", of: "closed", classes: "share" }, { id: "reported", of: "reported", classes: "rate" });
  }
  found.forEach(function (layer) { layer.name = layer.name || Dashboard.say("layer." + layer.id); });
  return found;
};

/* The worst status among the grids of a community. */
Dashboard.worst = function (row) { return row.open ? "open" : row.proved ? "proved" : row.ok ? "ok" : null; };

/* Values of a layer by code of the grid, and of the community, which stands for its grids from far away. */
Dashboard.zones = function (plan, layer) {
  var found = {}, ask = [Dashboard.gridRows || Dashboard.read(plan.root + "/stats?by=grid")];
  function keep(rows, key, value) { rows.forEach(function (row) { found[row[key]] = value(row); }); }
  if (layer.of === "coverage") {
    ask.push(Dashboard.read(plan.root + "/coverage?by=grid&within=" + Dashboard.data.within + "&kind=" + encodeURIComponent(layer.kind)));
  } else if (layer.of === "closed" || layer.of === "reported") {
    ask.push(Dashboard.read("stats/incidents?plan=" + encodeURIComponent(plan.id) + "&by=grid"));
  }
  return Promise.all(ask).then(function (told) {
    var named = Dashboard.named = {};
    Dashboard.gridRows = told[0];
    told[0].grids.concat(plan.rules.communities).forEach(function (row) { named[row.code] = row; });
    function rate(key) {
      return function (row) {
        if (layer.of === "closed") { return row.closure_rate; }
        return named[row[key]] && named[row[key]].households ? 1000 * row.reported / named[row[key]].households : null;
      };
    }
    if (layer.of === "status") {
      keep(plan.rules.communities, "code", Dashboard.worst);
      keep(told[0].grids, "code", function (row) { return row.status; });
    } else if (layer.of === "households") {
      keep(plan.rules.communities, "code", function (row) { return row.grids ? row.households / row.grids : null; });
      keep(told[0].grids, "code", function (row) { return row.households; });
    } else if (layer.of === "coverage") {
      keep(plan.coverage.rows.filter(function (row) { return row.kind === layer.kind; }), "code", function (row) { return row.share; });
      keep(told[1].rows, "code", function (row) { return row.share; });
    } else {
      keep(plan.incidents.rows, "community", rate("community"));
      keep(told[1].rows, "grid", rate("grid"));
    }
    return found;
  });
};

Dashboard.areas = function (plan, chosen) {
  var options = [Dashboard.option("", Dashboard.say("area.all"))];
  plan.rules.areas.concat(plan.rules.communities).forEach(function (row) { options.push(Dashboard.option(row.code, row.name + " · " + row.code)); });
  Dashboard.choices.area.replaceChildren.apply(Dashboard.choices.area, options);
  Dashboard.choices.area.value = chosen || "";
  if (Dashboard.choices.area.selectedIndex < 0) { Dashboard.choices.area.value = ""; }
};

Dashboard.keep = function () {
  var kept = new URLSearchParams();
  Object.keys(Dashboard.choices).forEach(function (name) { kept.set(name, Dashboard.choices[name].value); });
  history.replaceState(null, "", location.pathname + location.search + "#" + kept.toString());
};

Dashboard.draw = function () {
  var layer = Dashboard.layered.filter(function (each) { return each.id === Dashboard.choices.layer.value; })[0] || Dashboard.layered[0];
  return Dashboard.zones(Dashboard.shownPlan, layer).then(function (values) { Dashboard.colour(Dashboard.drawn, layer, values); }).catch(Dashboard.fail);
};

Dashboard.focus = function () {
  var plan = Dashboard.shownPlan, area = Dashboard.choices.area.value, slow = matchMedia("(prefers-reduced-motion: reduce)").matches;
  var rows = plan.rules.areas.concat(plan.rules.communities).filter(function (row) { return row.code === area; });
  Dashboard.cards(plan, area);
  Dashboard.drawn.fitBounds(rows.length && rows[0].bbox ? rows[0].bbox : plan.tiles.bounds, { padding: 20, maxZoom: 16, animate: !slow });
};

Dashboard.open = function (asked) {
  document.body.setAttribute("aria-busy", "true");
  return Dashboard.plan(Dashboard.choices.plan.value).then(function (plan) {
    Dashboard.shownPlan = plan;
    Dashboard.gridRows = null;
    Dashboard.layered = Dashboard.layers(plan);
    Dashboard.areas(plan, asked.get("area"));
    var options = Dashboard.layered.map(function (layer) { return Dashboard.option(layer.id, layer.name); });
    Dashboard.choices.layer.replaceChildren.apply(Dashboard.choices.layer, options);
    Dashboard.choices.layer.value = asked.get("layer") || "status";
    if (Dashboard.choices.layer.selectedIndex < 0) { Dashboard.choices.layer.value = "status"; }
    Dashboard.cards(plan, Dashboard.choices.area.value);
    Dashboard.ways(plan);
    return Dashboard.map(plan);
  }).then(function () {
    if (Dashboard.choices.area.value) { Dashboard.focus(); }
    Dashboard.keep();
    return Dashboard.draw();
  }).catch(Dashboard.fail).then(function () { document.body.setAttribute("aria-busy", "false"); });
};

/* Everything that is offered of a plan. */
Dashboard.ways = function (plan) {
  document.querySelectorAll("#ways [data-path]").forEach(function (way) { way.href = plan.root + way.dataset.path; });
};

if (Dashboard.data.plan) {
  var asked = new URLSearchParams(location.hash.slice(1));
  Dashboard.choices.plan.value = asked.get("plan") || Dashboard.data.plan;
  if (Dashboard.choices.plan.selectedIndex < 0) { Dashboard.choices.plan.value = Dashboard.data.plan; }
  Dashboard.choices.plan.addEventListener("change", function () { Dashboard.open(new URLSearchParams({ layer: Dashboard.choices.layer.value, area: Dashboard.choices.area.value })); });
  Dashboard.choices.area.addEventListener("change", function () { Dashboard.focus(); Dashboard.keep(); });
  Dashboard.choices.layer.addEventListener("change", function () { Dashboard.keep(); Dashboard.draw(); });
  Dashboard.open(asked);
}
