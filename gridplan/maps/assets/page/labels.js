/* Labels that never lie on one another, the most important first: names of communities from afar, then numbers of grids where there is
   room inside them. A page says what stands in the label of a grid (labelOf) and which matter most (labelRank). */
"use strict";

/* Pixels that a grid of middling size is wide when grids get labels, and when communities need none any more. */
PlanPage.GRIDS_FROM = 26;
PlanPage.PLACES_TO = 90;
/* Room on every side of a label, in pixels, and labels that are tried at most. */
PlanPage.LABEL_GAP = 2;
PlanPage.MOST_LABELS = 1500;

/* How wide a text is in the page's font, measured once. */
PlanPage.textWidth = function (text, font) {
  var known = PlanPage.textWidths = PlanPage.textWidths || new Map(), key = font + text;
  if (!known.has(key)) {
    var family = getComputedStyle(document.body).fontFamily;
    PlanPage.pen = PlanPage.pen || document.createElement("canvas").getContext("2d");
    PlanPage.pen.font = font + " " + family;
    known.set(key, PlanPage.pen.measureText(text).width);
  }
  return known.get(key);
};

/* Pixels that a label takes: one bold line, what stands beside it as a sign, and a smaller line below where there is one. */
PlanPage.labelSize = function (label) {
  var head = PlanPage.textWidth(label.head, "700 14px") + (label.sign ? 18 : 0);
  return { x: Math.max(head, label.below ? PlanPage.textWidth(label.below, "400 12px") : 0), y: label.below ? 31 : 17 };
};

PlanPage.labelElement = function (label) {
  var box = PlanPage.make("div");
  box.style.cssText = "transform:translate(-50%,-50%);display:inline-block";
  box.appendChild(PlanPage.make("b", "", label.head));
  if (label.sign) { box.firstChild.appendChild(PlanPage.make("em", label.sign.look, label.sign.text)); }
  if (label.below) { box.appendChild(PlanPage.make("span", "", label.below)); }
  return box;
};

/* What may be labelled in the view, the most important first; communities lie before grids. */
PlanPage.labelsWanted = function (view) {
  var data = PlanPage.data, wide = PlanPage.gridPixels(), metres = PlanPage.metresAPixel(), wanted = [];
  function add(layer, row, look, rank, label) {
    var place = PlanPage.labelPlace(layer, row);
    if (view.contains(place)) { wanted.push({ place: place, look: look, rank: rank, label: label }); }
  }
  if (wide < PlanPage.PLACES_TO && data.communities.code.length > 1) {
    data.communities.name.forEach(function (name, row) {
      add("communities", row, "gp-label place", [1, data.communities.radius_m[row]], { head: name });
    });
  }
  if (wide >= PlanPage.GRIDS_FROM) {
    var layer = PlanPage.labelled || "grids";
    data[layer].radius_m.forEach(function (radius, row) {
      if (radius / metres >= 9) { add(layer, row, "gp-label", [0, PlanPage.labelRank(row)], PlanPage.labelOf(row, radius / metres)); }
    });
  }
  wanted.sort(function (one, other) { return other.rank[0] - one.rank[0] || other.rank[1] - one.rank[1]; });
  return wanted.slice(0, PlanPage.MOST_LABELS);
};

/* Boxes that are taken, by squares of the screen. */
PlanPage.takeRoom = function (taken, box) {
  var side = 64, keys = [];
  for (var x = Math.floor(box[0] / side); x <= Math.floor(box[2] / side); x += 1) {
    for (var y = Math.floor(box[1] / side); y <= Math.floor(box[3] / side); y += 1) { keys.push(x + " " + y); }
  }
  var free = keys.every(function (key) {
    return (taken.get(key) || []).every(function (other) {
      return box[2] <= other[0] || box[0] >= other[2] || box[3] <= other[1] || box[1] >= other[3];
    });
  });
  if (free) { keys.forEach(function (key) { taken.set(key, (taken.get(key) || []).concat([box])); }); }
  return free;
};

PlanPage.drawLabels = function () {
  var map = PlanPage.map, group = PlanPage.groups.labels, taken = new Map(), gap = PlanPage.LABEL_GAP;
  if (!map.hasLayer(group)) { return; }
  group.clearLayers();
  PlanPage.labelsWanted(map.getBounds().pad(0.1)).forEach(function (each) {
    var at = map.latLngToLayerPoint(each.place), size = PlanPage.labelSize(each.label);
    var box = [at.x - size.x / 2 - gap, at.y - size.y / 2 - gap, at.x + size.x / 2 + gap, at.y + size.y / 2 + gap];
    if (PlanPage.takeRoom(taken, box)) { group.addLayer(PlanPage.marker(each.place, PlanPage.labelElement(each.label), each.look)); }
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
