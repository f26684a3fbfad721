/* The grids of the plan in the colours of a layer, from vector tiles; the values of the grids are joined to them by their codes. */
"use strict";
/* Fixed classes: a colour means the same in every plan, at every zoom. */
Dashboard.classes = {
  share: { breaks: [0.5, 0.7, 0.85, 0.95], colours: ["#b5452c", "#e3956b", "#f1d9a6", "#8cc6bd", "#1f7a78"] },
  rate: { breaks: [2, 5, 10, 20], colours: ["#f3efe2", "#f1cf9d", "#e39a63", "#c4553c", "#7f1d2d"] },
  households: { breaks: [150, 300, 400, 500], colours: ["#e8eef4", "#bcd4e6", "#7faed1", "#3f7fb3", "#1c4f80"] }
};
Dashboard.statuses = { ok: "#8cc6bd", proved: "#8e63ad", open: "#c4553c" };
Dashboard.none = "#dfe2e5";

Dashboard.stepped = function (classes, value) {
  var steps = ["step", value, classes.colours[0]];
  classes.breaks.forEach(function (limit, place) { steps.push(limit, classes.colours[place + 1]); });
  return steps;
};

Dashboard.fill = function (layer) {
  var value = ["feature-state", "value"];
  if (layer.of === "status") {
    return ["match", ["to-string", value], "ok", Dashboard.statuses.ok, "proved", Dashboard.statuses.proved, "open", Dashboard.statuses.open, Dashboard.none];
  }
  return ["case", ["==", value, null], Dashboard.none, Dashboard.stepped(Dashboard.classes[layer.classes], ["to-number", value, -1])];
};

Dashboard.shown = function (layer, value) {
  if (value === null || value === undefined) { return "–"; }
  return layer.classes === "share" ? Dashboard.percent(value, layer.digits) : Dashboard.number(value, layer.classes === "rate" && layer.digits ? 1 : 0);
};

Dashboard.legend = function (layer) {
  var list = document.getElementById("legend"), rows = [];
  function row(colour, text) {
    var box = Dashboard.make("i");
    box.style.background = colour;
    rows.push(Dashboard.make("li", null, null, [box, Dashboard.make("span", null, text)]));
  }
  if (layer.of === "status") {
    Object.keys(Dashboard.statuses).forEach(function (status) { row(Dashboard.statuses[status], Dashboard.say("key." + status)); });
  } else {
    var classes = Dashboard.classes[layer.classes], edges = [0].concat(classes.breaks, [null]);
    var told = edges.map(function (edge) { return edge === null ? null : layer.classes === "share" ? Math.round(100 * edge) + "\u202f%" : Dashboard.number(edge); });
    classes.colours.forEach(function (colour, place) {
      row(colour, told[place + 1] === null ? Dashboard.say("key.from", { low: told[place] }) : told[place] + " – < " + told[place + 1]);
    });
    row(Dashboard.none, Dashboard.say("key.none"));
  }
  list.replaceChildren.apply(list, rows);
  document.getElementById("legend-title").textContent = layer.name;
};

/* The zoom from which the tiles hold grids; from farther away communities stand for theirs. */
Dashboard.gridZoom = function (plan) {
  return plan.tiles.vector_layers.filter(function (layer) { return layer.id === "grids"; })[0].minzoom;
};

Dashboard.style = function (plan) {
  var address = new URL(plan.root + "/tiles/WebMercatorQuad", location.href).href + "/{z}/{y}/{x}";
  return { version: 8, sources: { plan: { type: "vector", tiles: [address], minzoom: plan.tiles.minzoom, maxzoom: plan.tiles.maxzoom,
    bounds: plan.tiles.bounds, promoteId: { grids: "code", communities: "code" } } }, layers: [
    { id: "paper", type: "background", paint: { "background-color": "#f6f5f1" } },
    { id: "whole", type: "fill", source: "plan", "source-layer": "communities", maxzoom: Dashboard.gridZoom(plan), paint: { "fill-color": Dashboard.none, "fill-opacity": 0.85 } },
    { id: "grids", type: "fill", source: "plan", "source-layer": "grids", paint: { "fill-color": Dashboard.none, "fill-opacity": 0.85 } },
    { id: "lines", type: "line", source: "plan", "source-layer": "grids", paint: { "line-color": "#4d5660", "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.3, 16, 1.4] } },
    { id: "communities", type: "line", source: "plan", "source-layer": "communities", paint: { "line-color": "#1b1f24", "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.8, 16, 3] } },
    { id: "chosen", type: "line", source: "plan", "source-layer": "communities", filter: ["==", ["get", "code"], ""], paint: { "line-color": "#0b57a4", "line-width": 4 } },
    { id: "over", type: "line", source: "plan", "source-layer": "grids", filter: ["==", ["get", "code"], ""], paint: { "line-color": "#0b57a4", "line-width": 4 } }
  ] };
};

Dashboard.map = function (plan) {
  if (Dashboard.drawn) { Dashboard.drawn.remove(); }
  var slow = matchMedia("(prefers-reduced-motion: reduce)").matches, frame = document.getElementById("map");
  maplibregl.setWorkerUrl(new URL(Dashboard.data.worker, location.href).href);
  var map = Dashboard.drawn = new maplibregl.Map({ container: "map", style: Dashboard.style(plan), bounds: plan.tiles.bounds,
    fitBoundsOptions: { padding: 20, maxZoom: 16 }, attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false,
    cooperativeGestures: false, fadeDuration: slow ? 0 : 300 });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 120 }), "bottom-left");
  map.getCanvas().setAttribute("aria-label", Dashboard.say("map"));
  map.on("idle", function () { frame.setAttribute("aria-busy", "false"); });
  map.on("error", function (event) { Dashboard.fail(event.error); });
  ["grids", "whole"].forEach(function (name) {
    map.on("mousemove", name, function (event) { Dashboard.hover(map, event.features[0]); });
    map.on("mouseleave", name, function () { Dashboard.hover(map, null); });
  });
  map.on("click", "grids", function (event) {
    location.href = Dashboard.way(plan.root + "/collections/grids/items/" + encodeURIComponent(event.features[0].properties.code) + "?f=html");
  });
  return new Promise(function (done) { map.on("load", function () { done(map); }); });
};

Dashboard.hover = function (map, feature) {
  var tip = document.getElementById("tip");
  map.getCanvas().style.cursor = feature ? "pointer" : "";
  map.setFilter("over", ["==", ["get", "code"], feature ? feature.properties.code : ""]);
  tip.hidden = !feature;
  if (!feature || !Dashboard.layer) { return; }
  var code = feature.properties.code, row = Dashboard.named[code] || { name: "", households: 0 }, value = Dashboard.values[code];
  value = Dashboard.layer.of === "status" && value ? Dashboard.say("key." + value) : Dashboard.shown(Dashboard.layer, value);
  tip.textContent = row.name + " · " + code + " · " + Dashboard.say("fact.of_households", { count: Dashboard.number(row.households) })
    + " · " + Dashboard.layer.name + ": " + value;
};

/* Colours the grids by a layer; values: by code of the grid. */
Dashboard.colour = function (map, layer, values) {
  Dashboard.layer = layer;
  Dashboard.values = values;
  ["grids", "communities"].forEach(function (name) {
    map.removeFeatureState({ source: "plan", sourceLayer: name });
    Object.keys(values).forEach(function (code) {
      map.setFeatureState({ source: "plan", sourceLayer: name, id: code }, { value: values[code] });
    });
  });
  document.getElementById("map").setAttribute("aria-busy", "true");
  ["grids", "whole"].forEach(function (name) { map.setPaintProperty(name, "fill-color", Dashboard.fill(layer)); });
  Dashboard.legend(layer);
};
