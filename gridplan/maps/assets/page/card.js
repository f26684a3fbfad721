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
  var options = how || {}, map = PlanPage.map, group = PlanPage.groups.chosen;
  PlanPage.chosen = row;
  group.clearLayers();
  document.querySelectorAll("#grids .row").forEach(function (button) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.row) === row));
  });
  if (row === null) {
    document.getElementById("card").hidden = true;
    return;
  }
  var rings = PlanPage.polygons(PlanPage.data.grids.shape[row]);
  group.addLayer(L.polygon(rings, PlanPage.options("chosen", PlanPage.look.halo)));
  group.addLayer(L.polygon(rings, PlanPage.options("chosen", PlanPage.look.chosen, { className: "gp-chosen" })));
  PlanPage.showCard(row, options.at);
  if (options.zoom) { PlanPage.goTo(PlanPage.gridLayers[row].getBounds()); }
};

PlanPage.goTo = function (bounds) {
  var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  var card = document.getElementById("card"), wide = PlanPage.map.getSize().x > 900, right = 24, below = 40;
  if (!card.hidden) {
    right = wide ? card.offsetWidth + 30 : 24;
    below = wide ? 40 : Math.min(card.offsetHeight + 40, PlanPage.map.getSize().y * 0.7);
  }
  PlanPage.map.fitBounds(bounds, { maxZoom: 18.5, paddingTopLeft: [50, 30], paddingBottomRight: [right, below], animate: !still });
};

PlanPage.pairs = function (pairs) {
  var list = PlanPage.make("dl");
  pairs.forEach(function (pair) {
    list.appendChild(PlanPage.make("dt", "", PlanPage.say(pair[0])));
    var value = PlanPage.make("dd");
    value.append(pair[1]);
    list.appendChild(value);
  });
  return list;
};

PlanPage.showCard = function (row, latlng) {
  var card = document.getElementById("card"), grids = PlanPage.data.grids, kind = grids.kind[row];
  var range = PlanPage.range("grid", kind), households = PlanPage.count(grids.households[row]);
  if (range) { households = PlanPage.say("card.range", { households: households, low: range[0], high: range[1] }); }
  card.replaceChildren(PlanPage.make("h2", "", grids.name[row]));
  var close = PlanPage.make("button", "close", "×");
  close.type = "button";
  close.setAttribute("aria-label", PlanPage.say("card.close"));
  close.addEventListener("click", function () { PlanPage.choose(null); });
  card.appendChild(close);
  card.appendChild(PlanPage.pairs([
    ["card.status", PlanPage.status(grids.status[row])],
    ["card.code", grids.code[row]],
    ["card.kind", PlanPage.say("kind." + kind)],
    ["card.households", households],
    ["card.population", PlanPage.count(grids.population[row])],
    ["card.units", PlanPage.count(grids.units[row])],
    ["card.buildings", PlanPage.count(grids.buildings[row])],
    ["card.area", PlanPage.say("card.hectares", { area: PlanPage.count(grids.area_m2[row] / 1e4, 2) })],
    ["card.compactness", PlanPage.count(grids.compactness[row], 2)]
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
    var shape = buildings.shape[number];
    if (shape[0].length === 2 || !PlanPage.inside(latlng, shape.map(PlanPage.decode))) { return; }
    var key = buildings.estimated[number] ? "card.building_estimated" : "card.building_households";
    card.appendChild(PlanPage.make("h3", "", PlanPage.say("card.building", { id: buildings.id[number] })));
    card.appendChild(PlanPage.make("div", "", PlanPage.say(key, { households: buildings.households[number] })));
  });
  var here = PlanPage.unitRows[row].filter(function (number) {
    return PlanPage.polygons(units.shape[number]).some(function (rings) { return PlanPage.inside(latlng, rings); });
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
