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

/* A share: its per cent, a bar, numerator and denominator. The rate and its digits where the service tells them. */
Dashboard.share = function (title, part, whole, unit, rate, digits) {
  var told = rate === undefined ? (whole ? part / whole : null) : rate;
  return Dashboard.make("div", "share", null, [
    Dashboard.make("div", "line", null, [Dashboard.make("span", null, title), Dashboard.make("strong", null, Dashboard.percent(told, digits))]),
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

/* What stands in a card whose part is not there: that it is waited for, or why it does not come; null where it is there. */
Dashboard.waiting = function (plan, name) {
  var part = plan.parts[name];
  if (!part) { return [Dashboard.make("p", "hint", Dashboard.say("loading"))]; }
  return part.failed ? [Dashboard.make("p", "hint failed", Dashboard.say("failed", { why: part.failed.message || String(part.failed) }))] : null;
};

/* Shares, of which the first ones are shown and the others behind a line that says how many there are. */
Dashboard.few = function (shares) {
  var shown = shares.slice(0, Dashboard.data.most), more = shares.slice(Dashboard.data.most);
  if (!more.length) { return shown; }
  return shown.concat(Dashboard.make("details", null, null, [Dashboard.make("summary", null, Dashboard.say("more", { count: more.length }))].concat(more)));
};

/* Kinds of services, those of every day first. */
Dashboard.ordered = function (kinds) {
  var first = Dashboard.data.first;
  function place(kind) { return first.indexOf(kind) < 0 ? first.length : first.indexOf(kind); }
  return kinds.slice().sort(function (one, other) { return place(one) - place(other) || (one < other ? -1 : 1); });
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
  var told = Dashboard.told(plan, "coverage");
  if (!told) { return Dashboard.card("coverage", Dashboard.waiting(plan, "coverage") || Dashboard.unmeasured(plan)); }
  var shares = Dashboard.ordered(told.measured.about.kinds).map(function (kind) {
    var rows = told.rows.filter(function (row) { return row.kind === kind; });
    var sum = Dashboard.sum(rows, codes, "code", ["households", "households_within"]) || { households: 0, households_within: 0 };
    return Dashboard.share(Dashboard.kind(kind), sum.households_within, sum.households, "households");
  });
  return Dashboard.card("coverage", shares.length ? Dashboard.few(shares) : Dashboard.absent("services"), [
    Dashboard.link(Dashboard.way(plan.root + "/maps/coverage"), Dashboard.say("way.map")),
    Dashboard.link(plan.root + "/coverage?by=grid&f=csv", Dashboard.say("way.table"))]);
};

/* That nothing was measured yet, and for planners the way to it where there is one. */
Dashboard.unmeasured = function (plan) {
  if (!Dashboard.data.planner) { return Dashboard.absent("coverage"); }
  return plan.rules.measurable ? Dashboard.absent("measured").concat(Dashboard.measuring(plan)) : Dashboard.absent("town");
};

/* Of what time the counts are, what is in no grid, and how they are rounded. */
Dashboard.reported = function (told, area) {
  var first = told.months[0], last = told.months[told.months.length - 1], lines = [];
  if (first) { lines.push(Dashboard.say(first === last ? "reported.month" : "reported.months", { first: first, last: last })); }
  if (told.elsewhere) { lines.push(Dashboard.say(area ? "elsewhere.besides" : "elsewhere.among", { count: Dashboard.number(told.elsewhere) })); }
  if (told.disclosed) { lines.push(Dashboard.say("rounded", { to: told.disclosed.round_to })); }
  return Dashboard.make("p", "hint", lines.join(Dashboard.data.language === "zh" ? "" : " "));
};

Dashboard.incidentsCard = function (plan, codes, area) {
  var told = Dashboard.told(plan, "incidents"), sum = told && Dashboard.incidentsIn(told, area, codes);
  if (!sum || !sum.reported) {
    return Dashboard.card("incidents", Dashboard.waiting(plan, "incidents") || Dashboard.absent(told || Dashboard.toldIncidents() ? "incidents" : "draft"));
  }
  return Dashboard.card("incidents", [
    Dashboard.make("div", "facts", null, ["reported", "open", "escalated"].map(function (word) { return Dashboard.fact("fact." + word, sum[word]); })),
    Dashboard.share(Dashboard.say("share.closed"), sum.closed, sum.accepted, "incidents", sum.closure_rate, Dashboard.digits(told)),
    Dashboard.share(Dashboard.say("share.on_time"), sum.on_time, sum.due, "incidents", sum.on_time_rate, Dashboard.digits(told)),
    Dashboard.reported(told, area)
  ], [Dashboard.link(Dashboard.way(plan.root + "/maps/incidents"), Dashboard.say("way.map")),
    Dashboard.link("stats/incidents?plan=" + encodeURIComponent(plan.id) + "&by=grid&f=csv", Dashboard.say("way.table"))]);
};

/* For each role, or kind of body, the zones that have one. A role that nobody holds is shown once somebody holds another one. */
Dashboard.peopleCard = function (plan, codes) {
  var told = Dashboard.told(plan, "people");
  if (!told) { return Dashboard.card("people", Dashboard.waiting(plan, "people")); }
  function shares(rows, key, columns) {
    var names = [];
    rows.forEach(function (row) { if (names.indexOf(row[key]) < 0) { names.push(row[key]); } });
    return names.map(function (name) {
      var own = rows.filter(function (row) { return row[key] === name; }), sum = Dashboard.sum(own, codes, "community", columns);
      return sum && { row: own[0], part: sum[columns[0]], whole: sum[columns[1]] };
    }).filter(Boolean);
  }
  var staff = shares(told.staffing.rows, "role", ["staffed", "grids"]), role = Dashboard.data.language === "zh" ? "role_zh" : "role";
  var bodies = shares(told.organisations.rows.filter(function (row) { return row.form === "any"; }), "kind", ["covered", "zones"]);
  var held = staff.some(function (each) { return each.part; }) ? staff : [];
  var found = held.map(function (each) { return Dashboard.share(Dashboard.say("share.role", { role: each.row[role] }), each.part, each.whole, "grids"); })
    .concat(bodies.map(function (each) { return Dashboard.share(Dashboard.kind(each.row.kind), each.part, each.whole, each.row.level); }));
  return Dashboard.card("people", found.length ? Dashboard.few(found) : Dashboard.absent("people"));
};

/* The cards by the name of the part that they wait for. */
Dashboard.made = { rules: Dashboard.rulesCard, coverage: Dashboard.coverageCard, incidents: Dashboard.incidentsCard, people: Dashboard.peopleCard };

Dashboard.cards = function (plan, area) {
  var codes = Dashboard.within(plan, area);
  var cards = Object.keys(Dashboard.made).map(function (name) { return Dashboard.made[name](plan, codes, area); });
  var place = document.getElementById("cards");
  place.replaceChildren.apply(place, cards);
};

/* One card anew; the others stay as they are, with what was opened or begun in them. */
Dashboard.recard = function (plan, area, name) {
  document.querySelector("#cards .card." + name).replaceWith(Dashboard.made[name](plan, Dashboard.within(plan, area), area));
};
