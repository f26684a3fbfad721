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
  var coverage = Dashboard.told(plan, "coverage"), incidents = Dashboard.told(plan, "incidents");
  Dashboard.ordered(coverage ? coverage.measured.about.kinds : []).forEach(function (kind) {
    found.push({ id: "coverage:" + kind, of: "coverage", kind: kind, classes: "share", digits: 2, name: Dashboard.say("layer.coverage", { kind: Dashboard.kind(kind), within: Dashboard.data.within }) });
  });
  if (incidents && incidents.rows.length) {
    var digits = Dashboard.digits(incidents);
    found.push({ id: "closed", of: "closed", classes: "share", digits: digits }, { id: "reported", of: "reported", classes: "rate", digits: digits });
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
      keep(Dashboard.told(plan, "coverage").rows.filter(function (row) { return row.kind === layer.kind; }), "code", function (row) { return row.share; });
      keep(told[1].rows, "code", function (row) { return row.share; });
    } else {
      keep(Dashboard.told(plan, "incidents").rows, "community", rate("community"));
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
  Object.keys(Dashboard.choices).forEach(function (name) { kept.set(name, name === "layer" ? Dashboard.wanted : Dashboard.choices[name].value); });
  history.replaceState(null, "", location.pathname + location.search + "#" + kept.toString());
};

Dashboard.draw = function () {
  var layer = Dashboard.layered.filter(function (each) { return each.id === Dashboard.choices.layer.value; })[0] || Dashboard.layered[0];
  var turn = Dashboard.turn = (Dashboard.turn || 0) + 1;
  return Dashboard.zones(Dashboard.shownPlan, layer).then(function (values) {
    // One that was asked for before may come after.
    if (turn === Dashboard.turn) { Dashboard.colour(Dashboard.drawn, layer, values); }
  }).catch(Dashboard.fail);
};

/* Whose numbers these are: the area that is chosen, or the plan. */
Dashboard.headline = function () {
  var area = Dashboard.choices.area.selectedOptions[0], plan = Dashboard.choices.plan.selectedOptions[0];
  document.getElementById("title").textContent = area && area.value ? area.textContent : plan.dataset.name;
};

/* The map at the area that is chosen. */
Dashboard.fit = function () {
  var plan = Dashboard.shownPlan, area = Dashboard.choices.area.value, slow = matchMedia("(prefers-reduced-motion: reduce)").matches;
  var rows = plan.rules.areas.concat(plan.rules.communities).filter(function (row) { return row.code === area; });
  // The communities of the area have a line of their own, where it is not the whole plan.
  Dashboard.drawn.setFilter("chosen", ["in", ["get", "code"], ["literal", area ? Dashboard.within(plan, area) : []]]);
  Dashboard.drawn.fitBounds(rows.length && rows[0].bbox ? rows[0].bbox : plan.tiles.bounds, { padding: 20, maxZoom: 16, animate: !slow });
};

Dashboard.focus = function () {
  Dashboard.headline();
  Dashboard.cards(Dashboard.shownPlan, Dashboard.choices.area.value);
  if (Dashboard.drawn) { Dashboard.fit(); }
};

/* The layers to choose from; the one that is wanted is chosen as soon as it is there. Whether another one is chosen now. */
Dashboard.offer = function (plan) {
  var before = Dashboard.choices.layer.value;
  Dashboard.layered = Dashboard.layers(plan);
  var options = Dashboard.layered.map(function (layer) { return Dashboard.option(layer.id, layer.name); });
  Dashboard.choices.layer.replaceChildren.apply(Dashboard.choices.layer, options);
  Dashboard.choices.layer.value = Dashboard.wanted;
  if (Dashboard.choices.layer.selectedIndex < 0) { Dashboard.choices.layer.value = "status"; }
  return Dashboard.choices.layer.value !== before;
};

Dashboard.open = function (asked) {
  document.body.setAttribute("aria-busy", "true");
  return Dashboard.plan(Dashboard.choices.plan.value).then(function (plan) {
    function shown() { return Dashboard.shownPlan === plan; }
    var mapped = false;
    Dashboard.shownPlan = plan;
    Dashboard.gridRows = null;
    Dashboard.wanted = asked.get("layer") || "status";
    Dashboard.offer(plan);
    Dashboard.areas(plan, asked.get("area"));
    Dashboard.headline();
    Dashboard.cards(plan, Dashboard.choices.area.value);
    Dashboard.ways(plan);
    Dashboard.keep();
    var map = Dashboard.map(plan).then(function () {
      mapped = true;
      if (shown() && Dashboard.choices.area.value) { Dashboard.fit(); }
      return shown() ? Dashboard.draw() : null;
    });
    var parts = Dashboard.load(plan, function (name) {
      if (!shown()) { return null; }
      Dashboard.recard(plan, Dashboard.choices.area.value, name);
      return Dashboard.offer(plan) && mapped ? Dashboard.draw() : null;
    });
    return Promise.all([map, parts]).then(function () {
      if (!shown()) { return; }
      Dashboard.wanted = Dashboard.choices.layer.value;
      Dashboard.keep();
    });
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
  Dashboard.choices.layer.addEventListener("change", function () { Dashboard.wanted = Dashboard.choices.layer.value; Dashboard.keep(); Dashboard.draw(); });
  Dashboard.open(asked);
}
