/* Vector tiles where a page holds no units and buildings itself: asked for as they come into view, painted on the page's canvases,
   found again under the pointer. Reads the Mapbox Vector Tile format 2.1. */
"use strict";

/* Reads the fields of a protobuf message: each(number, value), where a value is a number or bytes. */
PlanPage.fields = function (bytes, each) {
  var at = 0, view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  function whole() {
    var value = 0, shift = 1, byte;
    do { byte = bytes[at]; at += 1; value += (byte & 127) * shift; shift *= 128; } while (byte > 127);
    return value;
  }
  while (at < bytes.length) {
    var key = whole(), sort = key & 7, start = at;
    if (sort === 0) { each(key >>> 3, whole()); }
    else if (sort === 1) { at += 8; each(key >>> 3, view.getFloat64(start, true)); }
    else if (sort === 5) { at += 4; each(key >>> 3, view.getFloat32(start, true)); }
    else { var size = whole(); at += size; each(key >>> 3, bytes.subarray(at - size, at)); }
  }
};

PlanPage.tileValue = function (bytes) {
  var found = null;
  PlanPage.fields(bytes, function (number, value) {
    if (number === 1) { found = new TextDecoder().decode(value); }
    else if (number === 6) { found = value % 2 ? -(value + 1) / 2 : value / 2; }
    else { found = number === 7 ? Boolean(value) : value; }
  });
  return found;
};

/* The rings or points of a feature, each a list of x, y, x, y ... in units of the tile. */
PlanPage.tileRings = function (bytes) {
  var numbers = PlanPage.varints(bytes), rings = [], x = 0, y = 0;
  for (var i = 0; i < numbers.length;) {
    var command = numbers[i] & 7, count = numbers[i] >>> 3;
    i += 1;
    if (command === 7) { continue; }
    for (; count > 0; count -= 1, i += 2) {
      x += (numbers[i] >>> 1) ^ -(numbers[i] & 1);
      y += (numbers[i + 1] >>> 1) ^ -(numbers[i + 1] & 1);
      if (command === 1) { rings.push([]); }
      rings[rings.length - 1].push(x, y);
    }
  }
  return rings;
};

/* The features of each layer of a tile: facts and rings. */
PlanPage.readTile = function (bytes) {
  var layers = {};
  PlanPage.fields(bytes, function (part, message) {
    if (part !== 3) { return; }
    var name = "", keys = [], values = [], raw = [], extent = 4096;
    PlanPage.fields(message, function (number, value) {
      if (number === 1) { name = new TextDecoder().decode(value); }
      else if (number === 2) { raw.push(value); }
      else if (number === 3) { keys.push(new TextDecoder().decode(value)); }
      else if (number === 4) { values.push(PlanPage.tileValue(value)); }
      else if (number === 5) { extent = value; }
    });
    layers[name] = { extent: extent, features: raw.map(function (each) {
      var facts = {}, rings = [];
      PlanPage.fields(each, function (number, value) {
        if (number === 2) {
          var tags = PlanPage.varints(value);
          for (var i = 0; i < tags.length; i += 2) { facts[keys[tags[i]]] = values[tags[i + 1]]; }
        } else if (number === 4) { rings = PlanPage.tileRings(value); }
      });
      return { facts: facts, rings: rings };
    }) };
  });
  return layers;
};

/* Tiles by their address: what is in them, null while they are awaited. The oldest are forgotten. */
PlanPage.tileShelf = new Map();
PlanPage.MOST_TILES = 160;

PlanPage.awaited = function () {
  var waiting = 0;
  PlanPage.tileShelf.forEach(function (tile) { waiting += tile === null; });
  return waiting;
};

PlanPage.askTile = function (address) {
  PlanPage.tileShelf.set(address, null);
  fetch(PlanPage.data.tiles.address + "/" + address).then(function (answer) {
    if (!answer.ok) { throw new Error(answer.status + " " + answer.statusText); }
    return answer.status === 204 ? new ArrayBuffer(0) : answer.arrayBuffer();
  }).then(function (body) {
    PlanPage.tileShelf.set(address, PlanPage.readTile(new Uint8Array(body)));
    PlanPage.tilesFailed("");
  }).catch(function (error) {
    PlanPage.tileShelf.delete(address);
    PlanPage.tilesFailed(PlanPage.say("tiles.failed", { why: error.message }));
  }).finally(function () {
    var waiting = PlanPage.awaited();
    PlanPage.map.getContainer().setAttribute("aria-busy", String(waiting > 0));
    if (waiting > 0) { return; }
    // Painted anew once for all that came together, and not for each.
    PlanPage.repaint();
    if (PlanPage.chosen !== null) { PlanPage.showCard(PlanPage.chosen); }
  });
  PlanPage.map.getContainer().setAttribute("aria-busy", "true");
};

PlanPage.tilesFailed = function (text) {
  var told = document.getElementById("tiles-failed");
  told.textContent = text;
  told.hidden = !text;
};

/* The tiles of a view, with where each lies in it; those that are not there are asked for. */
PlanPage.tilesIn = function (view) {
  var tiles = PlanPage.data.tiles, zoom = Math.log2(view.scale), least = Math.min(tiles.first.units, tiles.first.buildings);
  var level = Math.max(least, Math.min(tiles.last, Math.floor(zoom + 0.01))), many = Math.pow(2, level), made = [];
  var size = 256 * view.scale / many, first = Math.floor(view.west * many / 256), last = Math.floor(view.east * many / 256);
  for (var y = Math.floor(view.north * many / 256); y <= Math.floor(view.south * many / 256); y += 1) {
    for (var x = first; x <= last; x += 1) {
      var address = level + "/" + y + "/" + x, tile = PlanPage.tileShelf.get(address);
      if (tile === undefined) { PlanPage.askTile(address); }
      else if (tile !== null) { made.push({ address: address, layers: tile, left: x * size - view.left, top: y * size - view.top, size: size }); }
    }
  }
  made.forEach(function (each) { PlanPage.tileShelf.delete(each.address); PlanPage.tileShelf.set(each.address, each.layers); });
  Array.from(PlanPage.tileShelf.keys()).slice(0, -PlanPage.MOST_TILES).forEach(function (old) { PlanPage.tileShelf.delete(old); });
  return made;
};

/* The features of a layer by their sort as paths, in units of the tile; made once a tile. A point is a disc of some 4 pixels. */
PlanPage.tilePaths = function (layer, sortOf) {
  if (layer.paths) { return layer.paths; }
  layer.paths = {};
  layer.features.forEach(function (feature) {
    var sort = sortOf(feature.facts), path = layer.paths[sort] = layer.paths[sort] || new Path2D();
    feature.rings.forEach(function (ring) {
      if (ring.length === 2) { path.moveTo(ring[0] + 40, ring[1]); path.arc(ring[0], ring[1], 40, 0, 7); return; }
      path.moveTo(ring[0], ring[1]);
      for (var i = 2; i < ring.length; i += 2) { path.lineTo(ring[i], ring[i + 1]); }
      path.closePath();
    });
  });
  return layer.paths;
};

/* Paints a layer of the tiles: looks by sort, each with what to fill and what to draw. */
PlanPage.paintTiles = function (context, view, name, sortOf, looks) {
  PlanPage.tilesIn(view).forEach(function (tile) {
    var layer = tile.layers[name];
    if (!layer) { return; }
    var paths = PlanPage.tilePaths(layer, sortOf), scale = tile.size / layer.extent;
    context.save();
    // What a tile holds of the ones around it is theirs to paint.
    context.beginPath();
    context.rect(tile.left, tile.top, tile.size, tile.size);
    context.clip();
    context.translate(tile.left, tile.top);
    context.scale(scale, scale);
    Object.keys(paths).forEach(function (sort) {
      var look = looks[sort];
      if (look.fillColor) { context.globalAlpha = look.fillOpacity; context.fillStyle = look.fillColor; context.fill(paths[sort], "evenodd"); }
      if (look.weight) { context.globalAlpha = look.opacity || 1; context.strokeStyle = look.color; context.lineWidth = look.weight / scale; context.stroke(paths[sort]); }
    });
    context.restore();
  });
};

/* The facts of the features of a layer that lie at a place, in the tiles that are there. */
PlanPage.tileFactsAt = function (name, latlng) {
  var map = PlanPage.map, at = map.project(latlng), found = [];
  PlanPage.tilesIn(PlanPage.view(map.getZoom(), at, { x: 0, y: 0 })).forEach(function (tile) {
    var layer = tile.layers[name], spot = layer && { lng: -tile.left * layer.extent / tile.size, lat: -tile.top * layer.extent / tile.size };
    (layer ? layer.features : []).forEach(function (feature) {
      var rings = feature.rings.map(function (ring) {
        var places = [];
        for (var i = 0; i < ring.length; i += 2) { places.push([ring[i + 1], ring[i]]); }
        return places;
      });
      if (PlanPage.inside(spot, rings)) { found.push(feature.facts); }
    });
  });
  return found;
};
