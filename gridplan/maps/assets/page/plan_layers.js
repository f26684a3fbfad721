/* The layers of a plan, each in a pane of its own: grids as shapes that the browser keeps, or painted where there are very many;
   units, buildings and ground painted always. */
"use strict";

PlanPage.panes = { background: 210, fills: 300, buildings: 320, units: 340, outlines: 360, findings: 380, chosen: 390 };

PlanPage.findingLook = {
  open: { color: "#b3261e", weight: 4.5, dashArray: "9 6", fill: false },
  proved: { color: "#6a1b9a", weight: 4.5, dashArray: "2 7", fill: false }
};

PlanPage.buildingLooks = {
  none: { color: "#7c858e", weight: 0.6, fillColor: "#e9ebed", fillOpacity: 0.9 },
  estimated: { color: "#4c555e", weight: 0.7, fillColor: "#a9b0b8", fillOpacity: 0.95 },
  counted: { color: "#22282e", weight: 0.7, fillColor: "#5d6771", fillOpacity: 0.95 }
};

PlanPage.sortOfBuilding = function (facts) {
  return facts.households === 0 ? "none" : (facts.estimated ? "estimated" : "counted");
};

PlanPage.buildingSort = function (row) {
  var data = PlanPage.data.buildings;
  return PlanPage.sortOfBuilding({ households: data.households[row], estimated: data.estimated[row] });
};

PlanPage.isPoint = function (row) {
  var from = PlanPage.points.from, line = PlanPage.loose.buildings.first + PlanPage.loose.buildings.rows[row];
  return from[line + 1] - from[line] === 1;
};

PlanPage.paintBuildings = function (context, view) {
  if (PlanPage.data.tiles) {
    PlanPage.paintTiles(context, view, "buildings", PlanPage.sortOfBuilding, PlanPage.buildingLooks);
    return;
  }
  PlanPage.fillRows(context, view, "buildings", function (row) { return PlanPage.buildingLooks[PlanPage.buildingSort(row)].fillColor; }, 0.95);
  if (PlanPage.metresAPixel() > 4) { return; }
  Object.keys(PlanPage.buildingLooks).forEach(function (sort) {
    PlanPage.strokeLoose(context, view, "buildings", Object.assign({ ring: true }, PlanPage.buildingLooks[sort]),
      function (row) { return PlanPage.buildingSort(row) === sort && !PlanPage.isPoint(row); });
  });
};

PlanPage.fillOf = function (row) { return PlanPage.data.fills[PlanPage.data.grids.colour[row]]; };

PlanPage.makeGrids = function () {
  var group = L.featureGroup();
  PlanPage.data.grids.code.forEach(function (code, row) {
    var layer = L.polygon(PlanPage.polygons("grids", row), PlanPage.options("fills", {}, {
      interactive: true, className: "gp-grid", stroke: false, smoothFactor: 0.3, fillColor: PlanPage.fillOf(row), fillOpacity: 0.55
    }));
    layer.on("mouseover", function () { PlanPage.peek(row); });
    layer.on("mouseout", function () { PlanPage.unpeek(); });
    layer.on("click", function (event) { L.DomEvent.stop(event); PlanPage.choose(row, { at: event.latlng }); });
    group.addLayer(layer);
  });
  return group;
};

/* The numbers of the lines of communities, grids and units, each line with the highest of them. */
PlanPage.sortLines = function () {
  var communities = PlanPage.linesOf("communities"), grids = PlanPage.linesOf("grids");
  PlanPage.lineSorts = { community: communities, grid: grids, unit: PlanPage.linesOf("units", grids) };
};

PlanPage.linesAs = function (sort) { return Array.from(PlanPage.lineSorts[sort], PlanPage.line); };

PlanPage.makeOutlines = function () {
  return L.layerGroup([L.polyline(PlanPage.linesAs("community"), PlanPage.options("outlines", PlanPage.look.community)),
    L.polyline(PlanPage.linesAs("grid"), PlanPage.options("outlines", PlanPage.look.grid, { className: "gp-outline" }))]);
};

/* Layer and row of the zone of a finding, a grid or a unit. */
PlanPage.findingZone = function (row) {
  var findings = PlanPage.data.findings, layer = findings.level[row] + "s";
  return [layer, PlanPage.data[layer].code.indexOf(findings.zone[row])];
};

PlanPage.findingRings = function (row) {
  return PlanPage.polygons.apply(null, PlanPage.findingZone(row));
};

PlanPage.makeFindings = function () {
  var group = L.layerGroup();
  PlanPage.data.findings.code.forEach(function (code, row) {
    var proof = PlanPage.data.findings.proof[row];
    var weight = PlanPage.data.findings.level[row] === "unit" ? { weight: 3 } : {};
    group.addLayer(L.polygon(PlanPage.findingRings(row), PlanPage.options("findings",
      PlanPage.findingLook[proof ? "proved" : "open"], Object.assign({ className: "gp-finding" }, weight))));
  });
  return group;
};

PlanPage.paintLines = function (context, view, sort) {
  var look = PlanPage.look[sort], weight = sort === "unit" ? look.weight : look.weight * PlanPage.thin();
  // Where grids are but a few pixels wide, their lines would hide their fills.
  var opacity = sort === "grid" ? Math.min(1, PlanPage.gridPixels() / 12) : look.opacity;
  if (sort === "grid" && opacity < 0.2) { return; }
  PlanPage.strokeLines(context, view, PlanPage.lineSorts[sort], Object.assign({}, look, { weight: weight, opacity: opacity }));
};

PlanPage.paintUnits = function (context, view) {
  if (!PlanPage.data.tiles) { PlanPage.paintLines(context, view, "unit"); return; }
  PlanPage.paintTiles(context, view, "units", function () { return "unit"; }, { unit: PlanPage.look.unit });
};

/* Grids and their outlines, kept as shapes or painted. */
PlanPage.makeZones = function () {
  if (!PlanPage.data.painted) { return { fills: PlanPage.makeGrids(), outlines: PlanPage.makeOutlines() }; }
  return {
    fills: PlanPage.canvas("fills", function (context, view) { PlanPage.fillRows(context, view, "grids", PlanPage.fillOf, 0.55); }),
    outlines: PlanPage.canvas("outlines", function (context, view) {
      PlanPage.paintLines(context, view, "community");
      PlanPage.paintLines(context, view, "grid");
    })
  };
};
