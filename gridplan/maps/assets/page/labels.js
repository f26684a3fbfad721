/* Labels: the number and households of a grid where there is room inside it. */
"use strict";

PlanPage.metresAPixel = function () {
  var map = PlanPage.map, middle = map.getCenter();
  return 40075016.686 * Math.cos(middle.lat * Math.PI / 180) / Math.pow(2, map.getZoom() + 8);
};

PlanPage.marker = function (latlng, element, look) {
  var icon = L.divIcon({ className: look, html: element, iconSize: null });
  return L.marker(latlng, { icon: icon, interactive: false, keyboard: false });
};

PlanPage.gridLabel = function (row, room) {
  var grids = PlanPage.data.grids, box = PlanPage.make("div"), status = grids.status[row];
  box.style.transform = "translate(-50%, -50%)";
  box.style.display = "inline-block";
  box.appendChild(PlanPage.make("b", "", grids.number[row]));
  if (room > 17) {
    box.appendChild(PlanPage.make("span", "", PlanPage.say("label.households", { households: grids.households[row] })));
  }
  if (status !== "ok") { box.appendChild(PlanPage.make("em", status, status === "open" ? "!" : "✓")); }
  return box;
};

PlanPage.drawLabels = function () {
  var map = PlanPage.map, group = PlanPage.groups.labels, grids = PlanPage.data.grids;
  if (!map.hasLayer(group)) { return; }
  group.clearLayers();
  var metres = PlanPage.metresAPixel(), view = map.getBounds().pad(0.1);
  grids.label.forEach(function (point, row) {
    var latlng = PlanPage.decode(point)[0], room = grids.radius_m[row] / metres;
    if (room >= 9 && view.contains(latlng)) {
      group.addLayer(PlanPage.marker(latlng, PlanPage.gridLabel(row, room), "gp-label"));
    }
  });
};

/* How many pixels wide a grid of middling size is. */
PlanPage.gridPixels = function () {
  var areas = PlanPage.data.grids.area_m2.slice().sort(function (one, other) { return one - other; });
  return Math.sqrt(areas[Math.floor(areas.length / 2)] || 1) / PlanPage.metresAPixel();
};

/* Units show from the zoom on at which a unit of middling size is some 12 pixels wide. */
PlanPage.unitZoom = function () {
  var units = PlanPage.data.units.code.length || 1, grids = PlanPage.data.grids;
  var area = grids.area_m2.reduce(function (sum, value) { return sum + value; }, 0);
  var wide = Math.sqrt(area / units), latitude = PlanPage.whole.getCenter().lat;
  var metres = wide / 12;
  return Math.log2(40075016.686 * Math.cos(latitude * Math.PI / 180) / metres) - 8;
};
