/* Many shapes on one canvas: painted anew for each view, without what is smaller than a pixel; found again under the pointer. */
"use strict";

/* A layer that a function paints: paint(context, view), in the pixels of the view. */
PlanPage.Canvas = L.Renderer.extend({
  initialize: function (pane, paint) {
    L.Renderer.prototype.initialize.call(this, { pane: pane, padding: 0.15 });
    this.paint = paint;
  },
  _initContainer: function () {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
  },
  _destroyContainer: function () { L.DomUtil.remove(this._container); delete this._container; },
  _update: function () {
    if (this._map._animatingZoom && this._bounds) { return; }
    L.Renderer.prototype._update.call(this);
    var old = this._container, size = this._bounds.getSize(), corner = this._bounds.min, sharp = window.devicePixelRatio || 1;
    // A new canvas each time: one that was emptied is printed with a white ground, over all that lies below.
    this._initContainer();
    L.DomUtil.addClass(this._container, "leaflet-zoom-animated");
    var canvas = this._container;
    canvas.width = Math.round(size.x * sharp);
    canvas.height = Math.round(size.y * sharp);
    canvas.style.width = size.x + "px";
    canvas.style.height = size.y + "px";
    L.DomUtil.setPosition(canvas, corner);
    old.replaceWith(canvas);
    // Painted at once by the processor: what a browser puts off for its graphics card takes many times as long without one.
    var context = canvas.getContext("2d", { willReadFrequently: true }), start = this._map.getPixelOrigin().add(corner);
    context.scale(sharp, sharp);
    context.lineJoin = "round";
    this.paint(context, PlanPage.view(this._map.getZoom(), start, size));
  },
  redraw: function () { if (this._map) { this._update(); } return this; }
});

PlanPage.canvas = function (pane, paint) { return new PlanPage.Canvas(pane, paint); };

/* The points as Mercator's, in pixels of zoom 0, and what each line spans; made at the first need. */
PlanPage.flat = function () {
  if (PlanPage.mercator) { return PlanPage.mercator; }
  var points = PlanPage.points, count = points.x.length, lines = points.from.length - 1;
  var x = new Float64Array(count), y = new Float64Array(count), box = new Float64Array(lines * 4);
  for (var i = 0; i < count; i += 1) {
    x[i] = 256 * (points.x[i] / 360 + 0.5);
    y[i] = 128 - 128 / Math.PI * Math.log(Math.tan(Math.PI / 4 + points.y[i] * Math.PI / 360));
  }
  for (var line = 0; line < lines; line += 1) {
    var west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
    for (var at = points.from[line], end = points.from[line + 1]; at < end; at += 1) {
      var px = x[at], py = y[at];
      if (px < west) { west = px; }
      if (px > east) { east = px; }
      if (py < north) { north = py; }
      if (py > south) { south = py; }
    }
    box[line * 4] = west; box[line * 4 + 1] = north; box[line * 4 + 2] = east; box[line * 4 + 3] = south;
  }
  PlanPage.mercator = { x: x, y: y, box: box, boxes: {} };
  return PlanPage.mercator;
};

/* What each row of a layer spans. */
PlanPage.boxes = function (layer) {
  var flat = PlanPage.flat(), zones = PlanPage.zones[layer], loose = PlanPage.loose[layer];
  if (flat.boxes[layer]) { return flat.boxes[layer]; }
  var rows = PlanPage.rowCount(layer), made = new Float64Array(rows * 4);
  for (var row = 0; row < rows; row += 1) {
    var from = zones ? zones.rings[zones.polygons[zones.rows[row]]] : loose.rows[row];
    var to = zones ? zones.rings[zones.polygons[zones.rows[row + 1]]] : loose.rows[row + 1];
    var west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
    for (var i = from; i < to; i += 1) {
      var arc = zones ? zones.arcs[i] : loose.first + i, at = 4 * (arc < 0 ? ~arc : arc);
      if (flat.box[at] < west) { west = flat.box[at]; }
      if (flat.box[at + 1] < north) { north = flat.box[at + 1]; }
      if (flat.box[at + 2] > east) { east = flat.box[at + 2]; }
      if (flat.box[at + 3] > south) { south = flat.box[at + 3]; }
    }
    made[row * 4] = west; made[row * 4 + 1] = north; made[row * 4 + 2] = east; made[row * 4 + 3] = south;
  }
  flat.boxes[layer] = made;
  return made;
};

/* Where the label of a zone stands: so many 64ths of what it spans from its west and its south. */
PlanPage.labelPlace = function (layer, row) {
  var box = PlanPage.boxes(layer), at = row * 4, zones = PlanPage.data[layer];
  var x = box[at] + (box[at + 2] - box[at]) * zones.label_x[row] / 64, y = box[at + 3] - (box[at + 3] - box[at + 1]) * zones.label_y[row] / 64;
  return L.latLng(Math.atan(Math.sinh(Math.PI * (1 - y / 128))) * 180 / Math.PI, (x / 256 - 0.5) * 360);
};

PlanPage.view = function (zoom, start, size) {
  var scale = Math.pow(2, zoom);
  return { scale: scale, left: start.x, top: start.y, west: start.x / scale, north: start.y / scale,
    east: (start.x + size.x) / scale, south: (start.y + size.y) / scale };
};

PlanPage.seen = function (view, boxes, row) {
  var at = row * 4;
  return boxes[at] <= view.east && boxes[at + 2] >= view.west && boxes[at + 1] <= view.south && boxes[at + 3] >= view.north;
};

/* Goes along a line; leaves out points that move less than a pixel, never the ends. */
PlanPage.along = function (path, view, arc, first) {
  var flat = PlanPage.flat(), from = PlanPage.points.from, number = arc < 0 ? ~arc : arc;
  var begin = from[number], end = from[number + 1] - 1, step = 1, started = !first, px = Infinity, py = Infinity;
  if (arc < 0) { var turn = begin; begin = end; end = turn; step = -1; }
  for (var i = begin; ; i += step) {
    var x = flat.x[i] * view.scale - view.left, y = flat.y[i] * view.scale - view.top;
    if (!started) { path.moveTo(x, y); started = true; px = x; py = y; }
    else if (i === end || Math.abs(x - px) + Math.abs(y - py) > 0.8) { path.lineTo(x, y); px = x; py = y; }
    if (i === end) { return; }
  }
};

/* Adds a row of a layer to a path. What is smaller than a pixel becomes a dot, a point a disc. */
PlanPage.trace = function (path, view, layer, row) {
  var zones = PlanPage.zones[layer], loose = PlanPage.loose[layer], boxes = PlanPage.boxes(layer), at = row * 4;
  if (boxes[at] === boxes[at + 2] && boxes[at + 1] === boxes[at + 3]) {
    path.arc(boxes[at] * view.scale - view.left, boxes[at + 1] * view.scale - view.top, 4, 0, 7);
    return;
  }
  if ((boxes[at + 2] - boxes[at]) * view.scale < 1.2 && (boxes[at + 3] - boxes[at + 1]) * view.scale < 1.2) {
    path.rect(boxes[at] * view.scale - view.left, boxes[at + 1] * view.scale - view.top, 1, 1);
    return;
  }
  if (loose) {
    for (var line = loose.rows[row]; line < loose.rows[row + 1]; line += 1) {
      PlanPage.along(path, view, loose.first + line, true);
      path.closePath();
    }
    return;
  }
  for (var ring = zones.polygons[zones.rows[row]]; ring < zones.polygons[zones.rows[row + 1]]; ring += 1) {
    for (var i = zones.rings[ring]; i < zones.rings[ring + 1]; i += 1) { PlanPage.along(path, view, zones.arcs[i], i === zones.rings[ring]); }
    path.closePath();
  }
};

/* Fills the rows of a layer that are in the view, each by itself, since a path of many rings takes longer; fill(row) gives a
   colour, or nothing. */
PlanPage.fillRows = function (context, view, layer, fill, opacity) {
  var boxes = PlanPage.boxes(layer), count = PlanPage.rowCount(layer);
  context.globalAlpha = opacity;
  for (var row = 0; row < count; row += 1) {
    var colour = PlanPage.seen(view, boxes, row) ? fill(row) : null;
    if (!colour) { continue; }
    context.fillStyle = colour;
    context.beginPath();
    PlanPage.trace(context, view, layer, row);
    context.fill("evenodd");
  }
  context.globalAlpha = 1;
};

/* Draws lines by their numbers. */
PlanPage.strokeLines = function (context, view, numbers, look) {
  var box = PlanPage.flat().box, count = 0;
  context.strokeStyle = look.color;
  context.lineWidth = look.weight;
  context.globalAlpha = look.opacity || 1;
  context.setLineDash((look.dashArray || "").split(" ").filter(Boolean).map(Number));
  context.beginPath();
  numbers.forEach(function (number) {
    if (!PlanPage.seen(view, box, number)) { return; }
    PlanPage.along(context, view, number, true);
    if (look.ring) { context.closePath(); }
    count += 1;
    if (count % 256 === 0) { context.stroke(); context.beginPath(); }
  });
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
};

/* The row of a layer of zones, or of rings, that a place lies in; null where it lies in none. */
PlanPage.rowAt = function (layer, latlng) {
  var boxes = PlanPage.boxes(layer), x = 256 * (latlng.lng / 360 + 0.5);
  var y = 128 - 128 / Math.PI * Math.log(Math.tan(Math.PI / 4 + latlng.lat * Math.PI / 360));
  for (var row = 0, at = 0; at < boxes.length; row += 1, at += 4) {
    if (x < boxes[at] || x > boxes[at + 2] || y < boxes[at + 1] || y > boxes[at + 3]) { continue; }
    var rings = PlanPage.zones[layer] ? PlanPage.polygons(layer, row).flat() : PlanPage.rings(layer, row);
    if (PlanPage.inside(latlng, rings)) { return row; }
  }
  return null;
};
