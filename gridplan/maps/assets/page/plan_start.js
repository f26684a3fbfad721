/* Joins map and panel; called by the page once the map is there. */
"use strict";

PlanPage.LAYERS = ["fills", "outlines", "units", "buildings", "labels", "findings", "background"];

PlanPage.looks = {
  fills: "background:linear-gradient(90deg,#77AADD 33%,#EEDD88 33% 66%,#EE8866 66%);height:12px", outlines: "border-top:3px solid #15191d",
  units: "border-top:1px solid #39424b", counted: "background:#5d6771;height:10px", estimated: "background:#a9b0b8;height:10px;border:1px solid #4c555e",
  none: "background:#e9ebed;height:10px;border:1px solid #7c858e", open: "border-top:3px dashed #b3261e", proved: "border-top:3px dotted #6a1b9a",
  special: "background:#9AA0A6;height:12px", river: "border-top:4px solid #8fb9d8", major: "border-top:4px solid #b9a98a",
  rail: "border-top:2px dashed #6f6f6f", community: "border-top:5px solid #15191d"
};

PlanPage.keys = function (name) {
  var data = PlanPage.data;
  var keys = { fills: data.grids.kind.indexOf("special") >= 0 ? ["special"] : [], outlines: ["community"],
    findings: ["open", "proved"].filter(function (status) { return data.findings.proof.indexOf(status === "proved") >= 0; }),
    background: ["major", "river", "rail"].filter(PlanPage.hasGround),
    buildings: ["counted", "estimated", "none"].filter(function (sort) {
      return data.tiles || data.buildings.id.some(function (id, row) { return sort === PlanPage.buildingSort(row); });
    }) };
  return keys[name] || [];
};

PlanPage.isEmpty = function (name) {
  if (name === "background") { return !PlanPage.groundKinds.some(PlanPage.hasGround); }
  if (name === "findings") { return !PlanPage.data.findings.code.length; }
  if (name === "buildings") { return !PlanPage.sum(PlanPage.data.grids.buildings); }
  return false;
};

PlanPage.listLayers = function () {
  var box = document.getElementById("layer-boxes"), parts = [];
  PlanPage.LAYERS.forEach(function (name) {
    if (PlanPage.isEmpty(name)) { return; }
    parts.push(PlanPage.box("layer-" + name, PlanPage.wanted[name], PlanPage.mark(PlanPage.looks[name]), PlanPage.say("layer." + name), function (on) {
      PlanPage.wanted[name] = on;
      PlanPage.showLayers();
    }));
    PlanPage.keys(name).forEach(function (key) { parts.push(PlanPage.key(PlanPage.looks[key], PlanPage.say("key." + key))); });
  });
  box.replaceChildren.apply(box, parts);
};

/* The layers that are wanted; units and buildings only from their zoom on, lines thinner from afar. */
PlanPage.showLayers = function () {
  var wide = PlanPage.gridPixels(), thin = PlanPage.thin(), first = PlanPage.data.tiles ? PlanPage.data.tiles.first : { units: 0, buildings: 0 };
  ["outlines", "findings"].forEach(function (name) {
    var group = PlanPage.groups[name];
    if (group instanceof L.LayerGroup) { group.eachLayer(function (layer) { layer.setStyle({ weight: layer.options.heavy * thin }); }); }
  });
  PlanPage.LAYERS.concat(["chosen"]).forEach(function (name) {
    var far = PlanPage.map.getZoom() < first[name] || (name === "units" && PlanPage.map.getZoom() < PlanPage.unitsFrom) || (name === "buildings" && wide < 45);
    var show = PlanPage.wanted[name] && !far;
    if (show !== PlanPage.map.hasLayer(PlanPage.groups[name])) {
      PlanPage.map[show ? "addLayer" : "removeLayer"](PlanPage.groups[name]);
    }
  });
  PlanPage.drawLabels();
};

PlanPage.speak = function () {
  PlanPage.translate();
  document.getElementById("sub").textContent = PlanPage.data.facts.scheme.title[PlanPage.language];
  PlanPage.listTotals();
  PlanPage.listFindings();
  PlanPage.listCommunities();
  PlanPage.search(false);
  PlanPage.listReport();
  PlanPage.listSources();
  PlanPage.listProvenance();
  PlanPage.listLayers();
  PlanPage.zoomControl();
  PlanPage.drawLabels();
  if (PlanPage.chosen !== null) { PlanPage.showCard(PlanPage.chosen); }
};

PlanPage.listen = function () {
  var map = PlanPage.map;
  PlanPage.listenFrame(function () { PlanPage.choose(null); });
  PlanPage.listenSearch();
  map.on("click", function (event) {
    var row = PlanPage.data.painted ? PlanPage.rowAt("grids", event.latlng) : null;
    PlanPage.choose(row, { at: event.latlng });
  });
  if (PlanPage.data.painted) {
    map.on("mousemove", function (event) {
      var row = PlanPage.chosen === null ? PlanPage.rowAt("grids", event.latlng) : null;
      if (row === null) { PlanPage.unpeek(); } else { PlanPage.peek(row); }
    });
  }
  map.on("zoomend", PlanPage.showLayers);
  map.on("moveend", PlanPage.drawLabels);
};

PlanPage.begin = function () {
  var data = PlanPage.data;
  PlanPage.chosen = null;
  PlanPage.completeGrids(PlanPage.data.grids, PlanPage.data.communities.code);
  data.units.code = PlanPage.codes(data.units.tail, function (row) { return data.grids.code[data.units.grid[row]]; });
  PlanPage.order = PlanPage.inOrder();
  PlanPage.makePanes(PlanPage.panes, ["fills"]);
  PlanPage.sortLines();
  PlanPage.groups = Object.assign({ background: PlanPage.makeBackground(), buildings: PlanPage.canvas("buildings", PlanPage.paintBuildings),
    units: PlanPage.canvas("units", PlanPage.paintUnits),
    findings: PlanPage.makeFindings(), labels: L.layerGroup(), chosen: L.layerGroup() }, PlanPage.makeZones());
  PlanPage.rowsOfGrid = { units: PlanPage.rowsByGrid("units"), buildings: PlanPage.rowsByGrid("buildings") };
  PlanPage.wanted = { background: true, fills: true, buildings: true, outlines: true, units: true, findings: true, labels: true, chosen: true };
  PlanPage.whole = PlanPage.allBounds("communities");
  PlanPage.unitsFrom = PlanPage.unitZoom();
  PlanPage.openMap();
  PlanPage.showLayers();
  PlanPage.listen();
};
