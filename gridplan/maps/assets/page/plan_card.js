/* The card of the grid under the pointer, or of the one that is chosen. */
"use strict";

PlanPage.peek = function (row) {
  if (PlanPage.chosen === null) { PlanPage.showCard(row); }
};

PlanPage.unpeek = function () {
  if (PlanPage.chosen === null) { document.getElementById("card").hidden = true; }
};

/* Mark a grid and show its card. With zoom: true the map goes there. */
PlanPage.choose = function (row, how) {
  var options = how || {};
  PlanPage.chosen = row;
  PlanPage.spot = options.at;
  PlanPage.groups.chosen.clearLayers();
  document.querySelectorAll("#grids .row").forEach(function (button) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.row) === row));
  });
  if (row === null) {
    document.getElementById("card").hidden = true;
    return;
  }
  PlanPage.markRow("grids", row);
  PlanPage.showCard(row);
  if (options.zoom) { PlanPage.goTo(PlanPage.bounds("grids", row)); }
};

PlanPage.status = function (status) {
  return PlanPage.make("span", "tag " + status, PlanPage.say("status." + status));
};

/* The range of a grid of that kind, null where it has none. */
PlanPage.range = function (level, kind) {
  return PlanPage.data.facts.ranges[level][kind] || null;
};

PlanPage.findingText = function (row) {
  var findings = PlanPage.data.findings;
  return PlanPage.language === "zh" ? findings.message_zh[row] : findings.message[row];
};

PlanPage.showCard = function (row) {
  var grids = PlanPage.data.grids, kind = grids.kind[row];
  var range = PlanPage.range("grid", kind), households = PlanPage.count(grids.households[row]);
  if (range) { households = PlanPage.say("card.range", { households: households, low: range[0], high: range[1] }); }
  var card = PlanPage.openCard(grids.name[row], function () { PlanPage.choose(null); });
  card.appendChild(PlanPage.pairs([
    ["card.status", PlanPage.status(grids.status[row])],
    ["card.code", grids.code[row]],
    ["card.kind", PlanPage.say("kind." + kind)],
    ["card.households", households],
    ["card.population", PlanPage.count(grids.population[row])],
    ["card.units", PlanPage.count(grids.units[row])],
    ["card.buildings", PlanPage.count(grids.buildings[row])],
    ["card.area", PlanPage.say("card.hectares", { area: PlanPage.count(grids.area[row] / 100, 2) })],
    ["card.compactness", PlanPage.count(grids.compact[row] / 100, 2)]
  ]));
  PlanPage.data.findings.grid.forEach(function (grid, finding) {
    if (grid !== row) { return; }
    var findings = PlanPage.data.findings, look = "why" + (findings.proof[finding] ? " proved" : "");
    var number = findings.zone[finding].slice(grids.code[row].length);
    card.appendChild(PlanPage.make("p", look, (number ? PlanPage.say("level.unit") + " " + number + ": " : "") + PlanPage.findingText(finding)));
  });
  if (PlanPage.spot && PlanPage.chosen === row) { PlanPage.addSpot(card, row, PlanPage.spot); }
  card.hidden = false;
};

/* What stands at the place that was clicked: the building and the unit, or the units above one another. */
PlanPage.addSpot = function (card, row, latlng) {
  var code = PlanPage.data.grids.code[row];
  PlanPage.factsAt("buildings", row, latlng).forEach(function (building) {
    var key = building.estimated ? "card.building_estimated" : "card.building_households";
    card.appendChild(PlanPage.make("h3", "", PlanPage.say("card.building", { id: building.id })));
    card.appendChild(PlanPage.make("div", "", PlanPage.say(key, { households: building.households })));
  });
  var here = PlanPage.factsAt("units", row, latlng);
  if (!here.length) { return; }
  card.appendChild(PlanPage.make("h3", "", PlanPage.say("card.unit")));
  here.forEach(function (unit) {
    var stacked = unit.floor_from !== null && unit.floor_from !== undefined;
    card.appendChild(PlanPage.make("div", "", PlanPage.say(stacked ? "card.unit_floors" : "card.unit_line", {
      code: unit.code.slice(code.length) || unit.code, households: unit.households, low: unit.floor_from, high: unit.floor_to
    })));
  });
};

/* The facts of the buildings or units of a grid at a place. */
PlanPage.factsAt = function (layer, row, latlng) {
  var table = PlanPage.data[layer], code = PlanPage.data.grids.code[row];
  if (PlanPage.data.tiles) {
    return PlanPage.tileFactsAt(layer, latlng).filter(function (facts) { return facts.grid === code; });
  }
  return PlanPage.rowsOfGrid[layer][row].filter(function (number) {
    if (layer === "buildings") { return !PlanPage.isPoint(number) && PlanPage.inside(latlng, PlanPage.rings(layer, number)); }
    return PlanPage.polygons(layer, number).some(function (rings) { return PlanPage.inside(latlng, rings); });
  }).map(function (number) {
    return Object.fromEntries(Object.keys(table).map(function (column) { return [column, table[column][number]]; }));
  });
};
