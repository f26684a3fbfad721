/* Labels of grids where there is room inside them; a page says what stands in one (gridLabel). */
"use strict";

PlanPage.drawLabels = function () {
  var map = PlanPage.map, group = PlanPage.groups.labels, grids = PlanPage.data[PlanPage.labelled || "grids"];
  if (!map.hasLayer(group)) { return; }
  group.clearLayers();
  var metres = PlanPage.metresAPixel(), view = map.getBounds().pad(0.1);
  grids.radius_m.forEach(function (radius, row) {
    var room = radius / metres, place = room < 9 ? null : PlanPage.labelPlace(row);
    if (place && view.contains(place)) { group.addLayer(PlanPage.marker(place, PlanPage.gridLabel(row, room), "gp-label")); }
  });
};

/* How many pixels wide a grid of middling size is. */
PlanPage.gridPixels = function () {
  if (!PlanPage.middling) {
    var areas = PlanPage.data.grids.area.slice().sort(function (one, other) { return one - other; });
    PlanPage.middling = 10 * Math.sqrt(areas[Math.floor(areas.length / 2)] || 0.01);
  }
  return PlanPage.middling / PlanPage.metresAPixel();
};

/* Thinner lines from afar. */
PlanPage.thin = function () { return Math.max(0.25, Math.min(1, PlanPage.gridPixels() / 110)); };
