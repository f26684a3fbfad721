/* The panel: totals, findings, communities, grids with their households against the range, search, sources. */
"use strict";

PlanPage.sum = function (values) {
  return values.reduce(function (total, value) { return total + value; }, 0);
};

PlanPage.listTotals = function () {
  var data = PlanPage.data, kept = data.grids.status.filter(function (status) { return status === "ok"; }).length;
  var proved = data.findings.proof.filter(Boolean).length, open = data.findings.proof.length - proved;
  var totals = [["households", PlanPage.sum(data.grids.households)], ["grids", data.grids.code.length], ["units", PlanPage.sum(data.grids.units)],
    ["kept", kept], ["proved", proved], ["open", open]];
  PlanPage.fill("totals", totals.map(function (pair) {
    return PlanPage.make("div", "", null, [PlanPage.make("dt", "", PlanPage.say("total." + pair[0])),
      PlanPage.make("dd", "", PlanPage.count(pair[1]))]);
  }));
};

PlanPage.listFindings = function () {
  var findings = PlanPage.data.findings;
  PlanPage.fill("findings", findings.code.map(function (code, row) { return function () {
    var status = findings.proof[row] ? "proved" : "open", zone = findings.zone[row];
    var act = function () {
      PlanPage.choose(findings.grid[row]);
      PlanPage.goTo(L.polygon(PlanPage.findingRings(row)).getBounds());
    };
    var head = PlanPage.make("span", "pair", null, [PlanPage.make("b", "", PlanPage.say("level." + findings.level[row]) + " " + zone),
      PlanPage.status(status)]);
    var parts = [head, PlanPage.make("small", "", PlanPage.findingText(row))];
    var waiver = PlanPage.language === "zh" ? findings.waiver_zh[row] : findings.waiver[row];
    if (waiver) { parts.push(PlanPage.make("small", "", PlanPage.say("findings.waiver", { waiver: waiver }))); }
    var button = PlanPage.row(parts, act);
    button.title = PlanPage.say("action.zoom");
    return PlanPage.make("li", "", null, [button]);
  }; }));
  if (!findings.code.length) {
    document.getElementById("findings").appendChild(PlanPage.make("li", "hint", PlanPage.say("findings.none")));
  }
};

PlanPage.listCommunities = function () {
  var communities = PlanPage.data.communities;
  PlanPage.fill("communities", communities.code.map(function (code, row) { return function () {
    var act = function () { PlanPage.goTo(PlanPage.bounds("communities", row)); };
    var counts = PlanPage.say("communities.counts", { grids: PlanPage.count(communities.grids[row]), households: PlanPage.count(communities.households[row]) });
    return PlanPage.make("li", "", null, [PlanPage.row([PlanPage.pair(communities.name[row], PlanPage.say("kind." + communities.kind[row])),
      PlanPage.make("small", "", code + " · " + counts)], act)]);
  }; }));
};

PlanPage.bar = function (row, most) {
  var grids = PlanPage.data.grids, range = PlanPage.range("grid", grids.kind[row]);
  if (grids.kind[row] === "special") { return PlanPage.make("span", "none", PlanPage.say("kind.special")); }
  var bar = PlanPage.make("span", "bar " + grids.status[row]), share = function (value) { return (100 * value / most) + "%"; };
  if (range) {
    var band = PlanPage.make("i");
    band.style.left = share(range[0]);
    band.style.width = share(range[1] - range[0]);
    bar.appendChild(band);
  }
  var length = PlanPage.make("b");
  length.style.width = share(grids.households[row]);
  bar.appendChild(length);
  bar.setAttribute("aria-hidden", "true");
  return bar;
};

PlanPage.gridItem = function (row, most) {
  var grids = PlanPage.data.grids, swatch = PlanPage.make("span", "swatch");
  swatch.style.background = PlanPage.fillOf(row);
  var label = PlanPage.say("grids.row", { name: grids.name[row], households: grids.households[row], status: PlanPage.say("status." + grids.status[row]) });
  var button = PlanPage.row([swatch, PlanPage.make("span", "number", grids.number[row]), PlanPage.bar(row, most),
    PlanPage.make("span", "households", PlanPage.count(grids.households[row]))], function () { PlanPage.choose(row, { zoom: true }); }, label);
  button.dataset.row = row;
  button.title = label;
  button.setAttribute("aria-pressed", String(PlanPage.chosen === row));
  var item = PlanPage.make("li", "", null, [button]);
  item.dataset.grid = row;
  return item;
};

/* Lists the grids of these rows, in this order, under the names of their communities. */
PlanPage.listGrids = function (rows) {
  var grids = PlanPage.data.grids, ranges = PlanPage.data.facts.ranges.grid;
  var kinds = Object.keys(ranges).filter(function (kind) { return grids.kind.indexOf(kind) >= 0; });
  var most = grids.households.concat(kinds.map(function (kind) { return ranges[kind][1] * 1.15; })).reduce(function (a, b) { return Math.max(a, b); }, 1);
  var items = PlanPage.underCommunities(rows, function (row) { return PlanPage.gridItem(row, most); });
  PlanPage.fill("grids", items, grids.code.length);
  document.getElementById("range").textContent = kinds.map(function (kind) {
    return PlanPage.say("grids.range", { kind: PlanPage.say("kind." + kind), low: ranges[kind][0], high: ranges[kind][1] });
  }).join(" ");
};

PlanPage.listReport = function () {
  PlanPage.fill("report", PlanPage.data.report.map(function (entry) {
    return PlanPage.make("li", "", null, [PlanPage.make("span", "", entry[PlanPage.language]), PlanPage.make("span", "", PlanPage.count(entry.count))]);
  }));
  document.getElementById("report-part").hidden = !PlanPage.data.report.length;
};
