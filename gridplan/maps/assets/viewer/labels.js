/* One label for each area, community or grid in view. A tile holds only its own piece of a shape, so labels drawn from tiles
   would stand once in each; here the largest piece in view gets the one label, where it is widest. */
"use strict";
Viewer.named = [
  { layer: "areas", from: 0, to: 9 }, { layer: "communities", from: 8, to: 13 }, { layer: "grids", from: 13, to: 24 }];

/* Twice the area of a ring, in square degrees. */
Viewer.span = function (ring) {
  var sum = 0;
  for (var at = 1; at < ring.length; at++) { sum += ring[at - 1][0] * ring[at][1] - ring[at][0] * ring[at - 1][1]; }
  return Math.abs(sum);
};

/* The middle of the widest of some cuts from west to east through a polygon. */
Viewer.middle = function (polygon) {
  var south = Infinity, north = -Infinity, best = null, widest = 0;
  polygon[0].forEach(function (place) { south = Math.min(south, place[1]); north = Math.max(north, place[1]); });
  for (var cut = 1; cut < 8; cut++) {
    var level = south + (north - south) * cut / 8, crossings = [];
    polygon.forEach(function (ring) {
      for (var at = 1; at < ring.length; at++) {
        var one = ring[at - 1], other = ring[at];
        if ((one[1] > level) !== (other[1] > level)) { crossings.push(one[0] + (level - one[1]) / (other[1] - one[1]) * (other[0] - one[0])); }
      }
    });
    crossings.sort(function (one, other) { return one - other; });
    for (var pair = 1; pair < crossings.length; pair += 2) {
      if (crossings[pair] - crossings[pair - 1] > widest) {
        widest = crossings[pair] - crossings[pair - 1];
        best = [(crossings[pair] + crossings[pair - 1]) / 2, level];
      }
    }
  }
  return best;
};

Viewer.labels = function (map, of) {
  var zoom = map.getZoom(), largest = {};
  Viewer.named.forEach(function (each) {
    var box = document.getElementById("layer-" + each.layer);
    if (!of[each.layer] || !box.checked || zoom < each.from || zoom >= each.to) { return; }
    map.queryRenderedFeatures({ layers: [of[each.layer][0]] }).forEach(function (feature) {
      var shape = feature.geometry, key = each.layer + feature.id;
      (shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates).forEach(function (polygon) {
        var span = Viewer.span(polygon[0]);
        if (!largest[key] || span > largest[key].span) { largest[key] = { span: span, polygon: polygon, facts: feature.properties }; }
      });
    });
  });
  return { type: "FeatureCollection", features: Object.keys(largest).sort().map(function (key) {
    var facts = largest[key].facts, text = facts.name + ("households" in facts ? "\n" + Viewer.number(facts.households, 0) : "");
    return { type: "Feature", properties: { text: text }, geometry: { type: "Point", coordinates: Viewer.middle(largest[key].polygon) || [0, 0] } };
  }) };
};

/* Draws the labels anew whenever the map has come to rest and they would be others. */
Viewer.keepLabels = function (map, of) {
  var drawn = "";
  map.on("idle", function () {
    var labels = Viewer.labels(map, of), text = JSON.stringify(labels);
    if (text !== drawn) {
      drawn = text;
      map.getSource("labels").setData(labels);
    }
  });
};
