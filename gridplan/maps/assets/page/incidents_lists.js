/* The panel: totals, hot spots, changes, clusters, zones by rate with search, and how everything was counted. */
"use strict";

PlanPage.listTotals = function () {
  var totals = PlanPage.data.facts.totals;
  PlanPage.fill("totals", ["all", "shown", "outside", "without_place"].map(function (name) {
    return PlanPage.make("div", "", null, [PlanPage.make("dt", "", PlanPage.say("incidents.total." + name)), PlanPage.make("dd", "", PlanPage.told(totals[name]))]);
  }));
};

PlanPage.zoneRow = function (row, small, mark) {
  var zones = PlanPage.data.grids, head = PlanPage.pair(zones.name[row], mark);
  var button = PlanPage.row([head, PlanPage.make("small", "", small)], function () { PlanPage.choose(row, { zoom: true }); });
  button.dataset.row = row;
  button.setAttribute("aria-pressed", String(PlanPage.chosen === row));
  return PlanPage.make("li", "", null, [button]);
};

PlanPage.none = function (id, word) {
  document.getElementById(id).appendChild(PlanPage.make("li", "hint", PlanPage.say(word)));
};

/* Rows of zones that a function keeps, in the order of another's values, the highest first. */
PlanPage.zoneRows = function (kept, value) {
  return PlanPage.data.grids.code.map(function (code, row) { return row; }).filter(kept).sort(function (one, other) {
    return value(other) - value(one) || one - other;
  });
};

/* What a test said of a zone in numbers, of which the public is told the rate alone. */
PlanPage.testOf = function (row) {
  var zones = PlanPage.data.grids, told = { rate: PlanPage.perThousand(zones.smooth[0][row]) };
  if (!zones.z) { return PlanPage.say("incidents.hot.public", told); }
  told.z = PlanPage.count(zones.z[row], 2);
  told.q = PlanPage.small(zones.q[row]);
  return PlanPage.say(PlanPage.data.facts.measure === "rate" ? "incidents.hot.row" : "incidents.hot.plain", told);
};

PlanPage.listHot = function () {
  var zones = PlanPage.data.grids;
  var rows = PlanPage.zoneRows(function (row) { return zones.spot[row] === "hot" || zones.spot[row] === "cold"; }, function (row) { return zones.z ? zones.z[row] : zones.smooth[0][row]; });
  PlanPage.fill("hot", rows.map(function (row) { return function () {
    return PlanPage.zoneRow(row, PlanPage.testOf(row), PlanPage.say("incidents." + zones.spot[row]));
  }; }));
  if (!rows.length) { PlanPage.none("hot", "incidents.hot.none"); }
};

/* A small share, as p and q are told. */
PlanPage.small = function (value) { return value < 0.001 ? "< " + PlanPage.count(0.001, 3) : PlanPage.count(value, 3); };

PlanPage.listChanges = function () {
  var frame = PlanPage.changeFrame();
  document.getElementById("changes-part").hidden = !PlanPage.hasChanges();
  if (!PlanPage.hasChanges()) { return; }
  document.getElementById("changes-hint").textContent = PlanPage.say("incidents.changes.of", { after: PlanPage.periodName(frame), before: PlanPage.periodName(frame - 1) });
  var rows = PlanPage.zoneRows(function (row) { return PlanPage.changeOf(row).changed !== "none"; }, function (row) {
    var change = PlanPage.changeOf(row);
    return change.after - change.expected;
  });
  PlanPage.fill("changes", rows.map(function (row) { return function () {
    var change = PlanPage.changeOf(row);
    return PlanPage.zoneRow(row, PlanPage.say("incidents.changes.row", { after: PlanPage.told(change.after), expected: PlanPage.count(change.expected, 1), q: PlanPage.small(change.q) }),
      PlanPage.say("incidents.changed." + change.changed));
  }; }));
  if (!rows.length) { PlanPage.none("changes", "incidents.changes.none"); }
};

PlanPage.listClusters = function () {
  var clusters = PlanPage.data.clusters;
  document.getElementById("clusters-part").hidden = PlanPage.data.facts.public;
  PlanPage.fill("clusters", clusters.count.map(function (count, row) { return function () {
    var act = function () { PlanPage.markRow("clusters", row); PlanPage.goTo(PlanPage.bounds("clusters", row)); };
    var small = PlanPage.say("incidents.clusters.row", { places: PlanPage.count(clusters.places[row]), most: PlanPage.count(clusters.at_one_place[row]), share: PlanPage.count(100 * clusters.share[row], 1) });
    return PlanPage.make("li", "", null, [PlanPage.row([PlanPage.pair(PlanPage.say("incidents.clusters.name", { number: row + 1 }), PlanPage.say("incidents.label", { count: PlanPage.count(count) })),
      PlanPage.make("small", "", small)], act)]);
  }; }));
  if (!clusters.count.length) { PlanPage.none("clusters", "incidents.clusters.none"); }
};

/* The grids that were found, the one of the highest rate first. */
PlanPage.listGrids = function (found) {
  var smooth = PlanPage.data.grids.smooth[PlanPage.frame], value = function (row) { return smooth[row] === null ? -1 : smooth[row]; };
  var rows = found.slice().sort(function (one, other) { return value(other) - value(one) || one - other; });
  var most = smooth.reduce(function (top, each) { return Math.max(top, each || 0); }, 1);
  PlanPage.fill("zones", rows.map(function (row) { return function () { return PlanPage.ratedRow(row, most); }; }));
  var rates = smooth.filter(function (each) { return each !== null; }), same = rates.length > 1 && rates.every(function (each) { return each === rates[0]; });
  document.getElementById("zones-hint").textContent = PlanPage.say("incidents.zones.hint", { period: PlanPage.periodName(PlanPage.frame) }) +
    (same ? " " + PlanPage.say("incidents.zones.same") : "");
};

/* The community of a zone, and how many grids it stands for where they are several. */
PlanPage.placeName = function (row) {
  var grids = PlanPage.data.grids, of = grids.community[row], name = of === null ? grids.name[row] : PlanPage.data.communities.name[of];
  return grids.grids[row] > 1 ? PlanPage.say("incidents.zones.joined", { community: name, grids: grids.grids[row] }) : name;
};

PlanPage.ratedRow = function (row, most) {
  var zones = PlanPage.data.grids, value = zones.smooth[PlanPage.frame][row], bar = PlanPage.make("span", "bar"), length = PlanPage.make("b");
  length.style.width = (100 * (value || 0) / most) + "%";
  bar.appendChild(length);
  bar.setAttribute("aria-hidden", "true");
  var button = PlanPage.row([PlanPage.make("b", "number", zones.number[row]), PlanPage.make("span", "name", PlanPage.placeName(row)), bar, PlanPage.make("span", "value", PlanPage.perThousand(value)),
    PlanPage.make("span", "value", PlanPage.told(zones.count[PlanPage.frame][row]))], function () { PlanPage.choose(row, { zoom: true }); });
  button.dataset.row = row;
  button.title = zones.name[row];
  button.setAttribute("aria-pressed", String(PlanPage.chosen === row));
  return PlanPage.make("li", "", null, [button]);
};

PlanPage.listHow = function () {
  var facts = PlanPage.data.facts, notes = [];
  var told = { cell: facts.cell_m, bandwidth: facts.bandwidth_m, alpha: PlanPage.count(100 * facts.alpha), permutations: PlanPage.count(facts.permutations), seed: facts.test_seed,
    within: facts.within_m, least: facts.least, zone: facts.time_zone, households: facts.least_households, step: facts.round_to, snapped: PlanPage.count(facts.snapped_m || 0, 0) };
  if (facts.public) { notes.push("public"); } else { notes.push(facts.bandwidth_m > 0 ? "heat" : "heat_plain"); }
  notes.push("by_" + facts.by, "rate", "hot_" + facts.measure);
  if (!facts.public) { notes.push("clusters"); if (facts.snapped_m > 0) { notes.push("snapped"); } }
  if (PlanPage.data.periods.length) { notes.push("periods"); }
  if (PlanPage.hasChanges()) { notes.push("changes"); }
  document.getElementById("how").replaceChildren.apply(document.getElementById("how"), notes.map(function (name) {
    return PlanPage.make("li", "", PlanPage.say("incidents.how." + name, told));
  }));
  var note = document.getElementById("public-note");
  note.hidden = !facts.public;
  note.textContent = facts.public ? PlanPage.say("incidents.public", told) : "";
};
