/* The layers of the map, from the ground up, each in a pane of its own, and the boxes that switch them. */
"use strict";

PlanPage.panes = { background: 210, fills: 300, buildings: 320, units: 340, outlines: 360, findings: 380, chosen: 390 };

PlanPage.look = {
  river: { color: "#8fb9d8", weight: 4, fillColor: "#cfe3f1", fillOpacity: 1 },
  path: { color: "#d9d3c5", weight: 1, dashArray: "2 3" },
  minor: { color: "#cfc8b8", weight: 2.5 },
  major: { color: "#b9a98a", weight: 5 },
  rail: { color: "#7f7f7f", weight: 1.3, dashArray: "7 4" },
  wall: { color: "#8d7b6a", weight: 1.5 },
  unit: { color: "#39424b", weight: 0.9, opacity: 0.75, fill: false },
  grid: { color: "#15191d", weight: 2.6, fill: false },
  community: { color: "#15191d", weight: 5, fill: false },
  open: { color: "#b3261e", weight: 4.5, dashArray: "9 6", fill: false },
  proved: { color: "#6a1b9a", weight: 4.5, dashArray: "2 7", fill: false },
  halo: { color: "#ffffff", weight: 9, opacity: 0.95, fill: false },
  chosen: { color: "#0b57a4", weight: 5, fill: false }
};

PlanPage.makePanes = function (map) {
  PlanPage.renderers = {};
  Object.keys(PlanPage.panes).forEach(function (name) {
    var pane = map.createPane(name);
    pane.style.zIndex = PlanPage.panes[name];
    if (name !== "fills") { pane.style.pointerEvents = "none"; }
    var make = ["background", "buildings", "units"].indexOf(name) >= 0 ? L.canvas : L.svg;
    PlanPage.renderers[name] = make({ pane: name, padding: 0.3 });
  });
};

PlanPage.options = function (pane, look, extra) {
  var made = Object.assign({ pane: pane, renderer: PlanPage.renderers[pane], interactive: false, smoothFactor: 0.6 }, look, extra);
  made.heavy = made.weight;
  return made;
};

PlanPage.makeBackground = function () {
  var group = L.layerGroup();
  Object.entries(PlanPage.data.background).forEach(function (entry) {
    var look = PlanPage.look[entry[0]], areas = entry[1].areas, lines = entry[1].lines;
    if (areas.length) {
      group.addLayer(L.polygon(areas.map(function (area) { return area.map(PlanPage.decode); }),
        PlanPage.options("background", look, { weight: 1 })));
    }
    if (lines.length) {
      group.addLayer(L.polyline(lines.map(function (line) { return PlanPage.decode(line[0]); }),
        PlanPage.options("background", look)));
    }
  });
  return group;
};

PlanPage.buildingLooks = {
  none: { color: "#7c858e", weight: 0.6, fillColor: "#e9ebed", fillOpacity: 0.9 },
  estimated: { color: "#4c555e", weight: 0.7, fillColor: "#a9b0b8", fillOpacity: 0.95 },
  counted: { color: "#22282e", weight: 0.7, fillColor: "#5d6771", fillOpacity: 0.95 }
};

PlanPage.makeBuildings = function () {
  var group = L.layerGroup(), data = PlanPage.data.buildings, shapes = { none: [], estimated: [], counted: [] };
  data.shape.forEach(function (shape, row) {
    var sort = data.households[row] === 0 ? "none" : (data.estimated[row] ? "estimated" : "counted");
    if (shape[0].length === 2) {
      group.addLayer(L.circleMarker(PlanPage.decode(shape[0])[0],
        PlanPage.options("buildings", PlanPage.buildingLooks[sort], { radius: 4 })));
    } else { shapes[sort].push(shape.map(PlanPage.decode)); }
  });
  Object.keys(shapes).forEach(function (sort) {
    if (shapes[sort].length) {
      group.addLayer(L.polygon(shapes[sort], PlanPage.options("buildings", PlanPage.buildingLooks[sort])));
    }
  });
  return group;
};

PlanPage.makeGrids = function () {
  var data = PlanPage.data.grids, group = L.featureGroup();
  PlanPage.gridLayers = data.shape.map(function (shape, row) {
    var layer = L.polygon(PlanPage.polygons(shape), PlanPage.options("fills", {}, {
      interactive: true, className: "gp-grid", stroke: false, smoothFactor: 0.3,
      fillColor: PlanPage.data.fills[data.colour[row]], fillOpacity: 0.55
    }));
    layer.on("mouseover", function (event) { PlanPage.peek(row, event.latlng); });
    layer.on("mouseout", function () { PlanPage.unpeek(); });
    layer.on("click", function (event) { L.DomEvent.stop(event); PlanPage.choose(row, { at: event.latlng }); });
    return group.addLayer(layer), layer;
  });
  return group;
};

PlanPage.makeOutlines = function () {
  var grids = PlanPage.lines(PlanPage.data.grids.shape), group = L.layerGroup();
  group.addLayer(L.polyline(PlanPage.lines(PlanPage.data.communities.shape).lines,
    PlanPage.options("outlines", PlanPage.look.community)));
  group.addLayer(L.polyline(grids.lines, PlanPage.options("outlines", PlanPage.look.grid, { className: "gp-outline" })));
  PlanPage.gridLines = grids.numbers;
  return group;
};

PlanPage.makeUnits = function () {
  var lines = PlanPage.lines(PlanPage.data.units.shape, PlanPage.gridLines).lines;
  return L.layerGroup([L.polyline(lines, PlanPage.options("units", PlanPage.look.unit))]);
};

/* The zone of a finding: a grid or a unit, as rings. */
PlanPage.findingRings = function (row) {
  var findings = PlanPage.data.findings, layer = PlanPage.data[findings.level[row] + "s"];
  return PlanPage.polygons(layer.shape[layer.code.indexOf(findings.zone[row])]);
};

PlanPage.makeFindings = function () {
  var group = L.layerGroup();
  PlanPage.data.findings.code.forEach(function (code, row) {
    var proof = PlanPage.data.findings.proof[row];
    var weight = PlanPage.data.findings.level[row] === "unit" ? { weight: 3 } : {};
    group.addLayer(L.polygon(PlanPage.findingRings(row), PlanPage.options("findings",
      PlanPage.look[proof ? "proved" : "open"], Object.assign({ className: "gp-finding" }, weight))));
  });
  return group;
};
