/* The panel: totals, findings, communities, grids with their households against the range, search, sources. */
"use strict";

PlanPage.sum = function (values) {
  return values.reduce(function (total, value) { return total + value; }, 0);
};

PlanPage.row = function (children, act, label) {
  var button = PlanPage.make("button", "row", null, children);
  button.type = "button";
  if (label) { button.setAttribute("aria-label", label); }
  button.addEventListener("click", act);
  return button;
};

PlanPage.pair = function (left, right) {
  return PlanPage.make("span", "pair", null, [PlanPage.make("span", "", left), PlanPage.make("span", "", right)]);
};

PlanPage.fill = function (id, items) {
  document.getElementById(id).replaceChildren.apply(document.getElementById(id), items);
  var count = document.getElementById(id + "-count");
  if (count) { count.textContent = "(" + PlanPage.count(items.length) + ")"; }
};

PlanPage.listTotals = function () {
  var data = PlanPage.data, kept = data.grids.status.filter(function (status) { return status === "ok"; }).length;
  var proved = data.findings.proof.filter(Boolean).length, open = data.findings.proof.length - proved;
  var totals = [["households", PlanPage.sum(data.grids.households)], ["grids", data.grids.code.length], ["units", data.units.code.length],
    ["kept", kept], ["proved", proved], ["open", open]];
  PlanPage.fill("totals", totals.map(function (pair) {
    return PlanPage.make("div", "", null, [PlanPage.make("dt", "", PlanPage.say("total." + pair[0])),
      PlanPage.make("dd", "", PlanPage.count(pair[1]))]);
  }));
};

PlanPage.listFindings = function () {
  var findings = PlanPage.data.findings;
  PlanPage.fill("findings", findings.code.map(function (code, row) {
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
  }));
  if (!findings.code.length) {
    document.getElementById("findings").appendChild(PlanPage.make("li", "hint", PlanPage.say("findings.none")));
  }
};

PlanPage.listCommunities = function () {
  var communities = PlanPage.data.communities;
  PlanPage.fill("communities", communities.code.map(function (code, row) {
    var act = function () { PlanPage.goTo(L.polygon(PlanPage.polygons(communities.shape[row])).getBounds()); };
    var counts = PlanPage.say("communities.counts", { grids: PlanPage.count(communities.grids[row]), households: PlanPage.count(communities.households[row]) });
    return PlanPage.make("li", "", null, [PlanPage.row([PlanPage.pair(communities.name[row], PlanPage.say("kind." + communities.kind[row])),
      PlanPage.make("small", "", code + " · " + counts)], act)]);
  }));
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

PlanPage.listGrids = function () {
  var grids = PlanPage.data.grids, communities = PlanPage.data.communities, ranges = PlanPage.data.facts.ranges.grid, items = [];
  var kinds = Object.keys(ranges).filter(function (kind) { return grids.kind.indexOf(kind) >= 0; });
  var most = Math.max.apply(null, grids.households.concat(kinds.map(function (kind) { return ranges[kind][1] * 1.15; })));
  communities.code.forEach(function (community, number) {
    var head = PlanPage.make("li", "group", communities.name[number]);
    head.dataset.community = community;
    items.push(head);
    grids.code.forEach(function (code, row) {
      if (grids.community[row] !== community) { return; }
      var swatch = PlanPage.make("span", "swatch");
      swatch.style.background = PlanPage.data.fills[grids.colour[row]];
      var label = PlanPage.say("grids.row", { name: grids.name[row], households: grids.households[row], status: PlanPage.say("status." + grids.status[row]) });
      var button = PlanPage.row([swatch, PlanPage.make("span", "number", grids.number[row]), PlanPage.bar(row, most),
        PlanPage.make("span", "households", PlanPage.count(grids.households[row]))], function () { PlanPage.choose(row, { zoom: true }); }, label);
      button.dataset.row = row;
      button.title = label;
      button.setAttribute("aria-pressed", String(PlanPage.chosen === row));
      var item = PlanPage.make("li", "", null, [button]);
      item.dataset.grid = row;
      item.dataset.of = community;
      items.push(item);
    });
  });
  PlanPage.fill("grids", items);
  document.getElementById("grids-count").textContent = "(" + PlanPage.count(grids.code.length) + ")";
  document.getElementById("range").textContent = kinds.map(function (kind) {
    return PlanPage.say("grids.range", { kind: PlanPage.say("kind." + kind), low: ranges[kind][0], high: ranges[kind][1] });
  }).join(" ");
};

/* Rows of the grids that the words name: by number (also without its zeros), else by name, else by the start of the code. */
PlanPage.found = function (words) {
  var grids = PlanPage.data.grids, communities = PlanPage.data.communities, bare = words.replace(/^0+(?=.)/, "");
  var ways = [
    function (row) { return grids.number[row].toLowerCase().replace(/^0+(?=.)/, "") === bare; },
    function (row) {
      var place = communities.name[communities.code.indexOf(grids.community[row])];
      return (grids.name[row] + " " + place).toLowerCase().indexOf(words) >= 0;
    },
    function (row) { return grids.code[row].toLowerCase().indexOf(words) === 0; }
  ];
  var rows = grids.code.map(function (code, row) { return row; });
  return ways.reduce(function (found, way) { return found.length ? found : rows.filter(way); }, []);
};

/* Show the grids that the words in the search box name; go to the first one of the list where go is true. */
PlanPage.search = function (go) {
  var words = document.getElementById("search").value.trim().toLowerCase(), all = words === "";
  var wanted = new Set(all ? [] : PlanPage.found(words)), shown = [], groups = new Set();
  document.querySelectorAll("#grids li[data-grid]").forEach(function (item) {
    var row = Number(item.dataset.grid);
    item.hidden = !all && !wanted.has(row);
    if (!item.hidden) { shown.push(row); groups.add(item.dataset.of); }
  });
  document.querySelectorAll("#grids li.group").forEach(function (item) { item.hidden = !groups.has(item.dataset.community); });
  var said = shown.length ? PlanPage.say("search.found", { count: PlanPage.count(shown.length) }) : PlanPage.say("search.none");
  document.getElementById("search-result").textContent = all ? "" : said;
  if (go && !all && shown.length) { PlanPage.choose(shown[0], { zoom: true }); }
};

PlanPage.listReport = function () {
  PlanPage.fill("report", PlanPage.data.report.map(function (entry) {
    return PlanPage.make("li", "", null, [PlanPage.make("span", "", entry[PlanPage.language]), PlanPage.make("span", "", PlanPage.count(entry.count))]);
  }));
  document.getElementById("report-part").hidden = !PlanPage.data.report.length;
};

PlanPage.listSources = function () {
  var facts = PlanPage.data.facts;
  var credit = facts.openstreetmap ? PlanPage.say("credit.osm") : PlanPage.say("credit.files", { files: facts.sources.join(", ") });
  document.getElementById("credit").textContent = credit;
  document.getElementById("source").textContent = PlanPage.say("source", { files: facts.sources.join(", ") }) + (facts.openstreetmap ? " " + PlanPage.say("source.osm") : "");
  document.getElementById("provenance").textContent = PlanPage.say("provenance", { plan: facts.plan, scheme: facts.scheme.name, seed: facts.seed, crs: facts.crs });
};
