/* The layers of coverage: grids by share, buildings by walking distance, services by kind. */
"use strict";

PlanPage.panes = { background: 210, fills: 300, buildings: 320, outlines: 360, services: 385, chosen: 390 };

/* Households or people of a zone that are within the chosen distance, and of how many; null where it is not known. */
PlanPage.part = function (level, row, step) {
  var zones = PlanPage.data.zones[level], within = zones.within[PlanPage.kind][step === undefined ? PlanPage.step : step];
  return { near: within[PlanPage.measure + "_within"][row], all: zones[PlanPage.measure][row] };
};

PlanPage.share = function (part) {
  return part.all > 0 && part.near !== null ? part.near / part.all : null;
};

PlanPage.shareFill = function (row) {
  var share = PlanPage.share(PlanPage.part("grid", row));
  return share === null ? null : PlanPage.data.shares[Math.min(4, Math.floor(share * 5 + 1e-9))];
};

/* The number of the first distance that is not exceeded; one more than the last beyond all, two more where nothing is reached. */
PlanPage.bandOf = function (row) {
  var metres = PlanPage.data.buildings.metres[PlanPage.kind][row], steps = PlanPage.data.within;
  if (metres < 0) { return steps.length + 1; }
  var band = steps.findIndex(function (step) { return metres <= step; });
  return band < 0 ? steps.length : band;
};

PlanPage.buildingFill = function (row) {
  return PlanPage.data.buildings.households[row] === 0 ? PlanPage.data.no_homes : PlanPage.data.bands[PlanPage.bandOf(row)];
};

PlanPage.isStraight = function (row) { return PlanPage.data.buildings.straight[PlanPage.kind][row] === 1; };

PlanPage.paintBuildings = function (context, view) {
  PlanPage.fillRows(context, view, "buildings", PlanPage.buildingFill, 0.95);
  if (PlanPage.metresAPixel() > 2.5) { return; }
  PlanPage.strokeLoose(context, view, "buildings", { color: "#22282e", weight: 0.6, ring: true }, function (row) { return !PlanPage.isStraight(row); });
  PlanPage.strokeLoose(context, view, "buildings", { color: "#000000", weight: 1.8, dashArray: "2 2", ring: true }, PlanPage.isStraight);
};

/* Signs as paths in a square of 20, by the names that Matplotlib gives its markers. */
PlanPage.signPaths = { o: "M10 2a8 8 0 1 0 .01 0Z", s: "M3 3H17V17H3Z", "^": "M10 2 18.5 17H1.5Z", D: "M10 1 19 10 10 19 1 10Z", p: "M10 1.5 18.6 7.7 15.3 17.8H4.7L1.4 7.7Z",
  v: "M10 18 1.5 3H18.5Z", X: "M6 1.5 10 5.5 14 1.5 18.5 6 14.5 10 18.5 14 14 18.5 10 14.5 6 18.5 1.5 14 5.5 10 1.5 6Z",
  "*": "M10 1 12.6 7.2 19.3 7.7 14.2 12.1 15.8 18.7 10 15.1 4.2 18.7 5.8 12.1.7 7.7 7.4 7.2Z" };

PlanPage.sign = function (kind) {
  var shapes = PlanPage.data.signs[0], fills = PlanPage.data.signs[1];
  var picture = L.SVG.create("svg"), path = L.SVG.create("path");
  picture.setAttribute("viewBox", "-1 -1 22 22");
  picture.setAttribute("class", "sign");
  picture.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PlanPage.signPaths[shapes[kind % shapes.length]]);
  path.setAttribute("fill", fills[kind % fills.length]);
  path.setAttribute("stroke", "#15191d");
  path.setAttribute("stroke-width", "1.6");
  picture.appendChild(path);
  return picture;
};

/* Puts the services of the chosen kind, or of the others, on the map. */
PlanPage.placeServices = function (group, chosen) {
  var services = PlanPage.data.services;
  group.clearLayers();
  services.id.forEach(function (id, row) {
    if ((services.kind[row] === PlanPage.kind) !== chosen) { return; }
    var name = services.name[row] || id, box = PlanPage.make("span", chosen ? "" : "other", null, [PlanPage.sign(services.kind[row])]);
    box.title = name + " · " + PlanPage.kindName(services.kind[row]);
    var icon = L.divIcon({ className: "gp-service", html: box, iconSize: [20, 20] });
    group.addLayer(L.marker([services.y[row] / 1e6, services.x[row] / 1e6], { icon: icon, pane: "services", keyboard: false, alt: box.title }));
  });
};

PlanPage.makeLayers = function () {
  var communities = PlanPage.linesOf("communities"), grids = PlanPage.linesOf("grids", communities);
  PlanPage.groups = {
    background: PlanPage.makeBackground(), chosen: L.layerGroup(), labels: L.layerGroup(),
    fills: PlanPage.canvas("fills", function (context, view) { PlanPage.fillRows(context, view, "grids", PlanPage.shareFill, 0.55); }),
    buildings: PlanPage.canvas("buildings", PlanPage.paintBuildings),
    outlines: PlanPage.canvas("outlines", function (context, view) {
      var thin = PlanPage.thin();
      PlanPage.strokeLines(context, view, communities, Object.assign({}, PlanPage.look.community, { weight: 4 * thin }));
      PlanPage.strokeLines(context, view, grids, Object.assign({}, PlanPage.look.grid, { weight: 2 * thin }));
    }),
    services: L.layerGroup(), others: L.layerGroup()
  };
};
