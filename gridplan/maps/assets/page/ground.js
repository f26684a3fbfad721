/* The panes of a map, how lines look, and the ground: streets, rail, water and walls under everything. */
"use strict";

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
  halo: { color: "#ffffff", weight: 9, opacity: 0.95, fill: false },
  chosen: { color: "#0b57a4", weight: 5, fill: false }
};

/* Panes from the ground up, by name and height; only ``live`` ones feel the pointer. */
PlanPage.makePanes = function (panes, live) {
  PlanPage.renderers = {};
  Object.keys(panes).forEach(function (name) {
    var pane = PlanPage.map.createPane(name);
    pane.style.zIndex = panes[name];
    if (live.indexOf(name) < 0) { pane.style.pointerEvents = "none"; }
    PlanPage.renderers[name] = L.svg({ pane: name, padding: 0.3 });
  });
};

PlanPage.options = function (pane, look, extra) {
  var made = Object.assign({ pane: pane, renderer: PlanPage.renderers[pane], interactive: false, smoothFactor: 0.6 }, look, extra);
  made.heavy = made.weight;
  return made;
};

PlanPage.groundKinds = ["river", "path", "minor", "major", "rail", "wall"];

PlanPage.hasGround = function (kind) {
  return PlanPage.rowCount("line " + kind) + PlanPage.rowCount("area " + kind) > 0;
};

/* Lines or rings of a layer that shares none, drawn. */
PlanPage.strokeLoose = function (context, view, layer, look, wanted) {
  var loose = PlanPage.loose[layer], numbers = [];
  for (var row = 0; row < PlanPage.rowCount(layer); row += 1) {
    if (wanted && !wanted(row)) { continue; }
    for (var line = loose.rows[row]; line < loose.rows[row + 1]; line += 1) { numbers.push(loose.first + line); }
  }
  PlanPage.strokeLines(context, view, numbers, look);
};

/* Metres to a pixel from which paths and minor streets would but soil the map. */
PlanPage.TOO_FAR = { path: 6, minor: 16 };

PlanPage.makeBackground = function () {
  return PlanPage.canvas("background", function (context, view) {
    var metres = PlanPage.metresAPixel(), thin = Math.max(0.4, Math.min(1, 6 / metres));
    PlanPage.groundKinds.forEach(function (kind) {
      var look = Object.assign({}, PlanPage.look[kind], { weight: PlanPage.look[kind].weight * thin });
      if (metres > (PlanPage.TOO_FAR[kind] || Infinity)) { return; }
      PlanPage.fillRows(context, view, "area " + kind, function () { return look.fillColor || look.color; }, 1);
      PlanPage.strokeLoose(context, view, "area " + kind, Object.assign({}, look, { weight: 1, ring: true }));
      PlanPage.strokeLoose(context, view, "line " + kind, look);
    });
  });
};

/* Marks one zone or ring on the map: a halo, and a line in the page's blue. */
PlanPage.markRow = function (layer, row) {
  var group = PlanPage.groups.chosen, rings = PlanPage.zones[layer] ? PlanPage.polygons(layer, row) : PlanPage.rings(layer, row);
  group.clearLayers();
  group.addLayer(L.polygon(rings, PlanPage.options("chosen", PlanPage.look.halo)));
  group.addLayer(L.polygon(rings, PlanPage.options("chosen", PlanPage.look.chosen, { className: "gp-chosen" })));
};

/* A code is written as what follows the code of the zone above, or after a slash as it is. */
PlanPage.codes = function (tails, heads) {
  return tails.map(function (tail, row) { return tail[0] === "/" ? tail.slice(1) : heads(row) + tail; });
};

/* The columns that follow from others: codes and numbers of grids, by the codes of their communities. */
PlanPage.completeGrids = function (grids, communities) {
  grids.code = PlanPage.codes(grids.tail, function (row) { return communities[grids.community[row]]; });
  grids.number = grids.tail.map(function (tail, row) { return tail.replace("/", "") || grids.code[row]; });
};

PlanPage.rowsByCode = function (codes) {
  return new Map(codes.map(function (code, row) { return [code, row]; }));
};
