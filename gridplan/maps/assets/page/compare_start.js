/* Joins map and panel of two plans. */
"use strict";

PlanPage.LAYERS = ["land", "outlines", "oldlines", "labels", "background"];

PlanPage.choose = function (layer, row) {
  PlanPage.chosen = layer === null ? null : [layer, row];
  PlanPage.groups.chosen.clearLayers();
  if (layer === null) {
    document.getElementById("card").hidden = true;
    return;
  }
  PlanPage.markRow(layer, row);
  PlanPage.showCard(layer, row);
  PlanPage.goTo(PlanPage.bounds(layer, row));
};

/* What lies at a place: land that changed, else a grid of the plan that is looked at. */
PlanPage.at = function (latlng) {
  var land = PlanPage.wanted.land ? PlanPage.rowAt("land", latlng) : null;
  if (land !== null) { return ["land", land]; }
  var row = PlanPage.rowAt(PlanPage.labelled, latlng);
  return row === null ? null : [PlanPage.labelled, row];
};

PlanPage.listLayers = function () {
  var data = PlanPage.data, parts = [], there = Object.keys(data.fills).filter(function (change) { return data.land.change.indexOf(change) >= 0; });
  var marks = { outlines: "border-top:3px solid #15191d", oldlines: "border-top:3px dashed #b3261e" };
  PlanPage.LAYERS.forEach(function (name) {
    if (name === "background" && !PlanPage.groundKinds.some(PlanPage.hasGround)) { return; }
    parts.push(PlanPage.box("layer-" + name, PlanPage.wanted[name], PlanPage.mark(marks[name]), PlanPage.say("compare.layer." + name), function (on) {
      PlanPage.wanted[name] = on;
      PlanPage.showLayers();
    }));
    if (name === "land") {
      there.forEach(function (change) {
        parts.push(PlanPage.key("background:" + data.fills[change] + ";opacity:.75;height:12px;border:1px solid #6b747d", PlanPage.say("compare.key." + change)));
      });
    }
    if (name === "outlines") { parts.push(PlanPage.key("border-top:5px solid #15191d", PlanPage.say("key.community"))); }
  });
  document.getElementById("layer-boxes").replaceChildren.apply(document.getElementById("layer-boxes"), parts);
};

PlanPage.showLayers = function () {
  PlanPage.LAYERS.concat(["chosen"]).forEach(function (name) {
    var show = PlanPage.wanted[name];
    if (show !== PlanPage.map.hasLayer(PlanPage.groups[name])) { PlanPage.map[show ? "addLayer" : "removeLayer"](PlanPage.groups[name]); }
  });
  PlanPage.drawLabels();
};

PlanPage.lookAt = function (side) {
  PlanPage.side = side;
  PlanPage.labelled = side === "old" ? "old" : "grids";
  PlanPage.repaint();
  PlanPage.drawLabels();
};

PlanPage.speak = function () {
  PlanPage.translate();
  PlanPage.listTotals();
  PlanPage.radios("sides", ["old", "new", "both"], function (side) { return PlanPage.say("compare." + side); }, PlanPage.side, PlanPage.lookAt);
  PlanPage.search(false);
  PlanPage.listRenamed();
  PlanPage.listSources();
  PlanPage.listProvenance();
  PlanPage.listLayers();
  PlanPage.zoomControl();
  PlanPage.drawLabels();
  if (PlanPage.chosen !== null) { PlanPage.showCard.apply(null, PlanPage.chosen); }
};

PlanPage.listen = function () {
  var map = PlanPage.map;
  PlanPage.listenFrame(function () { PlanPage.choose(null); });
  PlanPage.listenSearch();
  map.on("click", function (event) { PlanPage.choose.apply(null, PlanPage.at(event.latlng) || [null]); });
  map.on("mousemove", function (event) {
    if (PlanPage.chosen !== null) { return; }
    var found = PlanPage.at(event.latlng);
    if (found === null) { document.getElementById("card").hidden = true; } else { PlanPage.showCard.apply(null, found); }
  });
  map.on("zoomend", PlanPage.showLayers);
  map.on("moveend", PlanPage.drawLabels);
};

PlanPage.begin = function () {
  var data = PlanPage.data;
  PlanPage.chosen = null;
  PlanPage.side = "both";
  PlanPage.labelled = "grids";
  PlanPage.completeGrids(data.grids, data.communities.code);
  PlanPage.completeGrids(data.old, data.old_communities.code);
  PlanPage.rowOf = { old: PlanPage.rowsByCode(data.old.code), grids: PlanPage.rowsByCode(data.grids.code) };
  PlanPage.makePanes(PlanPage.panes, []);
  PlanPage.makeLayers();
  PlanPage.wanted = { land: true, outlines: true, oldlines: true, labels: true, background: true, chosen: true };
  PlanPage.whole = PlanPage.allBounds("communities").extend(PlanPage.allBounds("old"));
  PlanPage.openMap();
  PlanPage.showLayers();
  PlanPage.listen();
};
