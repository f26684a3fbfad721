/* How each layer is drawn, from the ground up, and its legend. Where colours tell kinds apart, dashes or shapes do too, or a word. */
"use strict";
Viewer.fonts = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Source Han Sans SC", "Segoe UI", "sans-serif"];

Viewer.text = function (field, size, offset) {
  return { type: "symbol", layout: { "text-field": field, "text-font": Viewer.fonts, "text-size": size, "text-offset": offset, "text-max-width": 8 },
    paint: { "text-color": "#1b1f24", "text-halo-color": "#fff", "text-halo-width": 1.6 } };
};

Viewer.drawings = function () {
  var fills = Viewer.data.fills, ink = "#1b1f24", open = "#b3261e", proved = "#6a1b9a";
  /* By the grid's number, so that most neighbours differ; the three digits before it tell communities apart. */
  var code = ["get", "code"], number = ["to-number", ["slice", code, -3], 0], above = ["to-number", ["slice", code, -6, -3], 0];
  var fill = ["match", ["%", ["+", number, ["*", 3, above]], fills.length]];
  fills.forEach(function (colour, place) { fill.push(place, colour); });
  fill = ["case", ["==", ["get", "kind"], "special"], Viewer.data.special, fill.concat(fills[0])];
  function wider(near, far) { return ["interpolate", ["linear"], ["zoom"], 8, far, 17, near]; }
  /* Not to be seen, but to be clicked. */
  var ground = { type: "fill", paint: { "fill-color": "#fff", "fill-opacity": 0.01 } };
  return [
    { name: "grids", parts: [
      { type: "fill", paint: { "fill-color": fill, "fill-opacity": 0.7 } },
      { type: "line", paint: { "line-color": ink, "line-width": wider(2.4, 0.8) } }],
      keys: [{ word: "apart", fill: fills[0], line: ink }, { word: "special", fill: Viewer.data.special, line: ink }] },
    { name: "buildings", parts: [
      { type: "fill", filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "fill-color": ["case", ["==", ["get", "estimated"], true], "#d5d8db", "#6b7580"], "fill-outline-color": "#39424b" } },
      { type: "circle", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 3, "circle-stroke-width": 1,
        "circle-stroke-color": "#39424b", "circle-color": ["case", ["==", ["get", "estimated"], true], "#d5d8db", "#6b7580"] } }],
      keys: [{ word: "counted", fill: "#6b7580", line: "#39424b" }, { word: "estimated", fill: "#d5d8db", line: "#39424b" }] },
    { name: "units", parts: [ground, { type: "line", paint: { "line-color": "#39424b", "line-width": wider(1.2, 0.4) } }],
      keys: [{ line: "#39424b", width: 1 }] },
    { name: "communities", parts: [ground,
      { type: "line", paint: { "line-color": "#0b57a4", "line-width": wider(5, 1.4), "line-opacity": 0.75 } }], keys: [{ line: "#0b57a4", width: 4 }] },
    { name: "areas", parts: [ground,
      { type: "line", paint: { "line-color": ink, "line-width": wider(5, 2), "line-dasharray": [4, 1.5, 1, 1.5] } }], keys: [{ line: ink, width: 3, dash: "8 3 2 3" }] },
    { name: "findings", parts: [ground,
      { type: "line", filter: ["!=", ["get", "proof"], true], paint: { "line-color": open, "line-width": 4 } },
      { type: "line", filter: ["==", ["get", "proof"], true], paint: { "line-color": proved, "line-width": 4, "line-dasharray": [2, 1] } }],
      keys: [{ word: "open", line: open, width: 4 }, { word: "proved", line: proved, width: 4, dash: "6 3" }] },
    { name: "nodes", parts: [{ type: "circle", paint: { "circle-radius": 3, "circle-color": "#fff", "circle-stroke-color": ink,
      "circle-stroke-width": 1.5 } }], keys: [{ dot: "#fff", line: ink, radius: 4 }] },
    { name: "services", parts: [
      { type: "circle", paint: { "circle-radius": 7, "circle-color": fills[3], "circle-stroke-color": ink, "circle-stroke-width": 2 } },
      Object.assign({ minzoom: 14 }, Viewer.text(["get", "name"], 12, [0, 1.2]))], keys: [{ dot: fills[3], line: ink, radius: 7 }] }
  ];
};

/* The layers of the drawing for the map's style, and the names of those that belong to each layer of the tiles. */
Viewer.style = function (tiles) {
  var known = tiles.vector_layers.map(function (layer) { return layer.id; }), parts = [], of = {};
  Viewer.drawings().forEach(function (drawing) {
    if (known.indexOf(drawing.name) < 0) { return; }
    drawing.parts.forEach(function (part) {
      var id = drawing.name + "-" + (of[drawing.name] = of[drawing.name] || []).length;
      of[drawing.name].push(id);
      parts.push(Object.assign({ id: id, source: "plan", "source-layer": drawing.name }, part));
    });
  });
  known.forEach(function (name) {
    var chosen = { source: "plan", "source-layer": name, filter: ["==", ["id"], -1] };
    parts.push(Object.assign({ id: "chosen-line-" + name, type: "line", paint: { "line-color": "#000", "line-width": 6, "line-opacity": 0.55 } }, chosen));
  });
  parts.push(Object.assign({ id: "labels", source: "labels" }, Viewer.text(["get", "text"], 12.5, [0, 0])));
  var none = { type: "FeatureCollection", features: [] };
  return { of: of, style: { version: 8, sources: { labels: { type: "geojson", data: none }, plan: { type: "vector", tiles: [Viewer.template()], minzoom: tiles.minzoom,
    maxzoom: tiles.maxzoom, bounds: tiles.bounds, attribution: tiles.attribution || "" } },
    layers: [{ id: "paper", type: "background", paint: { "background-color": "#f6f5f1" } }].concat(parts) } };
};

/* The address of a tile, beside the page's own; written by hand, since URL would escape the braces. */
Viewer.template = function () {
  return new URL(Viewer.data.tiles, location.href).href + "/{z}/{y}/{x}";
};
