/* The card of the grid under the pointer, or of the one that is chosen. */
"use strict";

PlanPage.peek = function (row, latlng) {
  if (PlanPage.chosen === null) { PlanPage.showCard(row, latlng); }
};

PlanPage.unpeek = function () {
  if (PlanPage.chosen === null) { document.getElementById("card").hidden = true; }
};

/* Mark a grid and show its card. With zoom: true the map goes there. */
PlanPage.choose = function (row, how) {
  var options = how || {};
  PlanPage.chosen = row;
  PlanPage.groups.chosen.clearLayers();
  document.querySelectorAll("#grids .row").forEach(function (button) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.row) === row));
  });
  if (row === null) {
    document.getElementById("card").hidden = true;
    return;
  }
  PlanPage.markRow("grids", row);
  PlanPage.showCard(row, options.at);
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

PlanPage.showCard = function (row, latlng) {
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
  if (latlng && PlanPage.chosen === row) { PlanPage.addSpot(card, row, latlng); }
  card.hidden = false;
};

/* What stands at the place that was clicked: the building and the unit, or the units above one another. */
PlanPage.addSpot = function (card, row, latlng) {
  var buildings = PlanPage.data.buildings, units = PlanPage.data.units;
  PlanPage.buildingRows[row].forEach(function (number) {
    if (PlanPage.isPoint(number) || !PlanPage.inside(latlng, PlanPage.rings("buildings", number))) { return; }
    var key = buildings.estimated[number] ? "card.building_estimated" : "card.building_households";
    card.appendChild(PlanPage.make("h3", "", PlanPage.say("card.building", { id: buildings.id[number] })));
    card.appendChild(PlanPage.make("div", "", PlanPage.say(key, { households: buildings.households[number] })));
  });
  var here = PlanPage.unitRows[row].filter(function (number) {
    return PlanPage.polygons("units", number).some(function (rings) { return PlanPage.inside(latlng, rings); });
  });
  if (!here.length) { return; }
  card.appendChild(PlanPage.make("h3", "", PlanPage.say("card.unit")));
  here.forEach(function (number) {
    var stacked = units.floor_from[number] !== null;
    card.appendChild(PlanPage.make("div", "", PlanPage.say(stacked ? "card.unit_floors" : "card.unit_line", {
      code: units.code[number].slice(PlanPage.data.grids.code[row].length) || units.code[number],
      households: units.households[number], low: units.floor_from[number], high: units.floor_to[number]
    })));
  });
};
