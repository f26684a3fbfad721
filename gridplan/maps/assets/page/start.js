/* Joins map and panel; called by the page once the map is there. */
"use strict";

PlanPage.LAYERS = ["fills", "outlines", "units", "buildings", "labels", "findings", "background"];

PlanPage.symbol = function (name) {
  var box = PlanPage.make("span", "symbol");
  var looks = { fills: "background:linear-gradient(90deg,#77AADD 33%,#EEDD88 33% 66%,#EE8866 66%);height:12px", outlines: "border-top:3px solid #15191d",
    units: "border-top:1px solid #39424b", counted: "background:#5d6771;height:10px", estimated: "background:#a9b0b8;height:10px;border:1px solid #4c555e",
    none: "background:#e9ebed;height:10px;border:1px solid #7c858e", open: "border-top:3px dashed #b3261e", proved: "border-top:3px dotted #6a1b9a",
    special: "background:#9AA0A6;height:12px", river: "border-top:4px solid #8fb9d8", major: "border-top:4px solid #b9a98a", rail: "border-top:2px dashed #6f6f6f", community: "border-top:5px solid #15191d" };
  var mark = PlanPage.make("i");
  mark.style.cssText = "display:block;width:24px;" + (looks[name] || "");
  box.appendChild(mark);
  return box;
};

PlanPage.keys = function (name) {
  var data = PlanPage.data, has = function (kind) { var found = data.background[kind]; return found.lines.length + found.areas.length > 0; };
  var keys = { fills: data.grids.kind.indexOf("special") >= 0 ? ["special"] : [], outlines: ["community"], findings: ["open", "proved"].filter(function (status) { return data.findings.proof.indexOf(status === "proved") >= 0; }),
    background: ["major", "river", "rail"].filter(has),
    buildings: ["counted", "estimated", "none"].filter(function (sort) {
      return data.buildings.id.some(function (id, row) {
        return sort === (data.buildings.households[row] === 0 ? "none" : (data.buildings.estimated[row] ? "estimated" : "counted"));
      });
    }) };
  return keys[name] || [];
};

PlanPage.listLayers = function () {
  var box = document.getElementById("layer-boxes"), parts = [];
  PlanPage.LAYERS.forEach(function (name) {
    if (!PlanPage.groups[name].getLayers().length && name !== "labels" && name !== "units") { return; }
    var input = PlanPage.make("input");
    input.type = "checkbox";
    input.id = "layer-" + name;
    input.checked = PlanPage.wanted[name];
    input.addEventListener("change", function () { PlanPage.wanted[name] = input.checked; PlanPage.showLayers(); });
    parts.push(PlanPage.make("label", "", null, [input, PlanPage.symbol(name), PlanPage.make("span", "", PlanPage.say("layer." + name))]));
    PlanPage.keys(name).forEach(function (key) {
      parts.push(PlanPage.make("div", "key", null, [PlanPage.symbol(key), PlanPage.make("span", "", PlanPage.say("key." + key))]));
    });
  });
  box.replaceChildren.apply(box, parts);
};

/* The layers that are wanted; units and buildings only from their zoom on, lines thinner from afar. */
PlanPage.showLayers = function () {
  var wide = PlanPage.gridPixels(), thin = Math.max(0.25, Math.min(1, wide / 110));
  ["outlines", "findings"].forEach(function (name) {
    PlanPage.groups[name].eachLayer(function (layer) { layer.setStyle({ weight: layer.options.heavy * thin }); });
  });
  PlanPage.LAYERS.concat(["chosen"]).forEach(function (name) {
    var far = (name === "units" && PlanPage.map.getZoom() < PlanPage.unitsFrom) || (name === "buildings" && wide < 45);
    var show = PlanPage.wanted[name] && !far;
    if (show !== PlanPage.map.hasLayer(PlanPage.groups[name])) {
      PlanPage.map[show ? "addLayer" : "removeLayer"](PlanPage.groups[name]);
    }
  });
  PlanPage.drawLabels();
};

PlanPage.speak = function () {
  PlanPage.translate();
  PlanPage.listTotals();
  PlanPage.listFindings();
  PlanPage.listCommunities();
  PlanPage.listGrids();
  PlanPage.listReport();
  PlanPage.listSources();
  PlanPage.listLayers();
  PlanPage.zoomControl();
  PlanPage.search(false);
  PlanPage.drawLabels();
  document.getElementById(PlanPage.map.getContainer().id).setAttribute("aria-label", PlanPage.say("map.label"));
  if (PlanPage.chosen !== null) { PlanPage.showCard(PlanPage.chosen); }
};

PlanPage.zoomControl = function () {
  if (PlanPage.zoom) { PlanPage.zoom.remove(); }
  PlanPage.zoom = L.control.zoom({ position: "topleft", zoomInTitle: PlanPage.say("action.nearer"), zoomOutTitle: PlanPage.say("action.farther") });
  PlanPage.zoom.addTo(PlanPage.map);
};

PlanPage.listen = function () {
  var map = PlanPage.map, field = document.getElementById("search");
  document.getElementById("language").addEventListener("click", function () {
    PlanPage.language = PlanPage.language === "zh" ? "en" : "zh";
    PlanPage.speak();
  });
  document.getElementById("whole").addEventListener("click", function () { PlanPage.fitWhole(true); });
  document.getElementById("print").addEventListener("click", function () { window.print(); });
  document.getElementById("search-form").addEventListener("submit", function (event) { event.preventDefault(); PlanPage.search(true); });
  field.addEventListener("input", function () { PlanPage.search(false); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { PlanPage.choose(null); } });
  window.addEventListener("beforeprint", function () { map.invalidateSize({ animate: false }); PlanPage.fitWhole(false); });
  window.addEventListener("afterprint", function () { map.invalidateSize({ animate: false }); });
  map.on("click", function () { PlanPage.choose(null); });
  map.on("zoomend", PlanPage.showLayers);
  map.on("moveend", PlanPage.drawLabels);
};

/* The whole plan beside the legend where there is room for both. */
PlanPage.fitWhole = function (animate) {
  var legend = document.getElementById("layers"), size = PlanPage.map.getSize();
  var beside = legend.open && size.x > 900 ? legend.offsetWidth + 20 : 16;
  PlanPage.map.fitBounds(PlanPage.whole, { paddingTopLeft: [16, 16], paddingBottomRight: [beside, 34], animate: animate });
};

PlanPage.start = function (map) {
  PlanPage.load();
  PlanPage.map = map;
  PlanPage.chosen = null;
  PlanPage.prepareShapes();
  PlanPage.makePanes(map);
  PlanPage.groups = { background: PlanPage.makeBackground(), fills: PlanPage.makeGrids(), buildings: PlanPage.makeBuildings(),
    outlines: PlanPage.makeOutlines(), units: PlanPage.makeUnits(), findings: PlanPage.makeFindings(), labels: L.layerGroup(), chosen: L.layerGroup() };
  PlanPage.unitRows = PlanPage.rowsByGrid("units");
  PlanPage.buildingRows = PlanPage.rowsByGrid("buildings");
  PlanPage.wanted = { background: true, fills: true, buildings: true, outlines: true, units: true, findings: true, labels: true, chosen: true };
  PlanPage.whole = PlanPage.groups.fills.getBounds();
  PlanPage.unitsFrom = PlanPage.unitZoom();
  document.getElementById("layers").open = window.innerWidth > 760;
  PlanPage.listen();
  PlanPage.speak();
  PlanPage.fitWhole(false);
  map.setMinZoom(Math.floor(map.getZoom()) - 2);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  PlanPage.showLayers();
};
