/* The numbers of the area at a glance, each with what it is a share of. */
"use strict";
Dashboard.bar = function (parts, whole) {
  var bar = Dashboard.make("div", "bar");
  bar.setAttribute("aria-hidden", "true");
  parts.forEach(function (part) {
    var piece = Dashboard.make("span", part.look);
    piece.style.width = (whole ? 100 * part.count / whole : 0) + "%";
    bar.appendChild(piece);
  });
  return bar;
};

/* A share: its per cent, a bar, numerator and denominator. */
Dashboard.share = function (title, part, whole, unit) {
  return Dashboard.make("div", "share", null, [
    Dashboard.make("div", "line", null, [Dashboard.make("span", null, title), Dashboard.make("strong", null, Dashboard.percent(part, whole))]),
    Dashboard.bar([{ look: "full", count: part }], whole),
    Dashboard.make("div", "of", Dashboard.say("of", { part: Dashboard.number(part), whole: Dashboard.number(whole), unit: Dashboard.say("unit." + unit) }))
  ]);
};

Dashboard.fact = function (word, count) {
  return Dashboard.make("div", "fact", null, [Dashboard.make("strong", null, Dashboard.number(count)), Dashboard.make("span", null, Dashboard.say(word))]);
};

Dashboard.card = function (word, children, links) {
  var title = Dashboard.make("h2", null, Dashboard.say("card." + word)), ways = Dashboard.make("p", "ways", null, links || []);
  return Dashboard.make("section", "card " + word, null, [title].concat(children, links && links.length ? [ways] : []));
};

Dashboard.absent = function (word, plan) {
  return [Dashboard.make("p", "hint", Dashboard.say("absent." + word, { plan: plan ? plan.id : "" }))];
};

/* The way to the atlas of one community, or of all where that is not too much for one file. */
Dashboard.atlas = function (plan, codes, sum) {
  var all = sum.grids + codes.length <= Dashboard.data.sheets, part = codes.length === 1 && plan.rules.communities.length > 1 ? "?community=" + codes[0] : "";
  return all && (part || codes.length === plan.rules.communities.length) ? Dashboard.link(Dashboard.way(plan.root + "/atlas" + part), Dashboard.say("way.atlas")) : null;
};

Dashboard.rulesCard = function (plan, codes) {
  var columns = ["grids", "ok", "proved", "open", "units", "units_out", "households"];
  var sum = Dashboard.sum(plan.rules.communities, codes, "code", columns);
  if (!sum) { return Dashboard.card("rules", Dashboard.absent("area")); }
  var key = ["ok", "proved", "open"].map(function (status) {
    return Dashboard.make("li", status, Dashboard.say("status." + status, { count: Dashboard.number(sum[status]) }));
  });
  return Dashboard.card("rules", [
    Dashboard.make("div", "facts", null, ["grids", "units", "households"].map(function (word) { return Dashboard.fact("fact." + word, sum[word]); })),
    Dashboard.bar([{ look: "ok", count: sum.ok }, { look: "proved", count: sum.proved }, { look: "open", count: sum.open }], sum.grids),
    Dashboard.make("ul", "key", null, key),
    sum.units_out ? Dashboard.make("p", "hint", Dashboard.say("units_out", { count: Dashboard.number(sum.units_out), units: Dashboard.number(sum.units) })) : null
  ], [Dashboard.link(Dashboard.way(plan.root + "/collections/findings/items?f=html"), Dashboard.say("way.findings")),
    Dashboard.link(Dashboard.way(plan.root + "/map"), Dashboard.say("way.map")), Dashboard.atlas(plan, codes, sum)]);
};

/* A button that has the service measure the distances, and what it says meanwhile. */
Dashboard.measuring = function (plan) {
  var button = Dashboard.make("button", null, Dashboard.say("measure")), said = Dashboard.make("p", "hint");
  said.setAttribute("role", "status");
  button.type = "button";
  function look(address) {
    return Dashboard.read(address).then(function (job) {
      said.textContent = Dashboard.say("job", { share: Math.round(100 * job.progress), message: job.message || "" });
      if (job.state === "done") { return Dashboard.open(new URLSearchParams(location.hash.slice(1))); }
      if (job.state === "failed" || job.state === "cancelled") { throw new Error(job.message); }
      return new Promise(function (later) { setTimeout(later, 700); }).then(function () { return look(address); });
    });
  }
  button.addEventListener("click", function () {
    button.disabled = true;
    fetch(plan.root + "/coverage", { method: "POST", headers: { "Accept-Language": Dashboard.data.language } }).then(function (answer) {
      return answer.json().then(function (told) {
        if (!answer.ok) { throw new Error(told.detail); }
        return look("jobs/" + told.id);
      });
    }).catch(function (error) { button.disabled = false; said.textContent = error.message; });
  });
  return Dashboard.make("div", null, null, [button, said]);
};

Dashboard.coverageCard = function (plan, codes) {
  if (!plan.coverage) { return Dashboard.card("coverage", Dashboard.absent("coverage").concat(Dashboard.data.planner ? [Dashboard.measuring(plan)] : [])); }
  var kinds = plan.coverage.measured.about.kinds.slice(0, Dashboard.data.most);
  var shares = kinds.map(function (kind) {
    var rows = plan.coverage.rows.filter(function (row) { return row.kind === kind; });
    var sum = Dashboard.sum(rows, codes, "code", ["households", "households_within"]) || { households: 0, households_within: 0 };
    return Dashboard.share(Dashboard.kind(kind), sum.households_within, sum.households, "households");
  });
  return Dashboard.card("coverage", shares.length ? shares : Dashboard.absent("services"), [
    Dashboard.link(Dashboard.way(plan.root + "/maps/coverage"), Dashboard.say("way.map")),
    Dashboard.link(plan.root + "/coverage?by=grid&f=csv", Dashboard.say("way.table"))]);
};

Dashboard.incidentsCard = function (plan, codes) {
  var columns = ["reported", "rejected", "closed", "open", "due", "on_time", "escalated"];
  var sum = plan.incidents && Dashboard.sum(plan.incidents.rows, codes, "community", columns);
  if (!sum || !sum.reported) { return Dashboard.card("incidents", Dashboard.absent("incidents")); }
  var accepted = sum.reported - sum.rejected;
  return Dashboard.card("incidents", [
    Dashboard.make("div", "facts", null, ["reported", "open", "escalated"].map(function (word) { return Dashboard.fact("fact." + word, sum[word]); })),
    Dashboard.share(Dashboard.say("share.closed"), sum.closed, accepted, "incidents"),
    Dashboard.share(Dashboard.say("share.on_time"), sum.on_time, sum.due, "incidents")
  ], [Dashboard.link(Dashboard.way(plan.root + "/maps/incidents"), Dashboard.say("way.map")),
    Dashboard.link("stats/incidents?plan=" + encodeURIComponent(plan.id) + "&by=grid&f=csv", Dashboard.say("way.table"))]);
};

/* For each role, or kind of body, the zones that have one. A role that nobody holds is shown once somebody holds another one. */
Dashboard.peopleCard = function (plan, codes) {
  function shares(rows, key, columns) {
    var names = [];
    rows.forEach(function (row) { if (names.indexOf(row[key]) < 0) { names.push(row[key]); } });
    return names.map(function (name) {
      var own = rows.filter(function (row) { return row[key] === name; }), sum = Dashboard.sum(own, codes, "community", columns);
      return sum && { row: own[0], part: sum[columns[0]], whole: sum[columns[1]] };
    }).filter(Boolean);
  }
  var staff = shares(plan.staffing.rows, "role", ["staffed", "grids"]), role = Dashboard.data.language === "zh" ? "role_zh" : "role";
  var bodies = shares(plan.organisations.rows.filter(function (row) { return row.form === "any"; }), "kind", ["covered", "zones"]);
  var held = staff.some(function (each) { return each.part; }) ? staff : [];
  var found = held.map(function (each) { return Dashboard.share(Dashboard.say("share.role", { role: each.row[role] }), each.part, each.whole, "grids"); })
    .concat(bodies.map(function (each) { return Dashboard.share(Dashboard.kind(each.row.kind), each.part, each.whole, each.row.level); }));
  return Dashboard.card("people", found.length ? found.slice(0, Dashboard.data.most) : Dashboard.absent("people"));
};

Dashboard.cards = function (plan, area) {
  var codes = Dashboard.within(plan, area);
  document.getElementById("cards").replaceChildren(Dashboard.rulesCard(plan, codes), Dashboard.coverageCard(plan, codes),
    Dashboard.incidentsCard(plan, codes), Dashboard.peopleCard(plan, codes));
};
