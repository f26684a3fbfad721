/* The legend with a box for each layer, and the facts of a place. */
"use strict";
Viewer.order = ["services", "findings", "nodes", "buildings", "units", "grids", "communities", "areas"];
Viewer.most = 12;

Viewer.symbol = function (key) {
  var space = "http://www.w3.org/2000/svg", picture = document.createElementNS(space, "svg");
  var shape = document.createElementNS(space, key.dot ? "circle" : key.fill ? "rect" : "line");
  var facts = key.dot ? { cx: 13, cy: 8, r: key.radius, fill: key.dot } : key.fill ? { x: 3, y: 2, width: 20, height: 12, fill: key.fill }
    : { x1: 1, y1: 8, x2: 25, y2: 8 };
  Object.assign(facts, { stroke: key.line, "stroke-width": key.width || 1.5, "stroke-dasharray": key.dash || "none" });
  Object.keys(facts).forEach(function (name) { shape.setAttribute(name, facts[name]); });
  picture.setAttribute("viewBox", "0 0 26 16");
  picture.setAttribute("aria-hidden", "true");
  picture.appendChild(shape);
  return picture;
};

Viewer.legend = function (tiles, of, map) {
  var list = document.getElementById("layers"), rows = [];
  Viewer.drawings().forEach(function (drawing) {
    if (!of[drawing.name]) { return; }
    var box = Viewer.make("input"), word = Viewer.make("span"), lone = drawing.keys.length === 1;
    box.type = "checkbox";
    box.checked = true;
    box.id = "layer-" + drawing.name;
    box.addEventListener("change", function () {
      Viewer.busy(true);
      of[drawing.name].forEach(function (id) { map.setLayoutProperty(id, "visibility", box.checked ? "visible" : "none"); });
    });
    word.dataset.word = "layer." + drawing.name;
    var from = Viewer.make("small"), named = Viewer.make("label", null, null, lone ? [box, Viewer.symbol(drawing.keys[0]), word] : [box, word]);
    from.dataset.word = "from";
    from.dataset.zoom = tiles.vector_layers.filter(function (layer) { return layer.id === drawing.name; })[0].minzoom;
    rows.push(from);
    var keys = lone ? [] : drawing.keys.map(function (key) {
      var text = Viewer.make("span");
      text.dataset.word = "key." + key.word;
      return Viewer.make("li", null, null, [Viewer.symbol(key), text]);
    });
    list.appendChild(Viewer.make("li", null, null, [named, from, Viewer.make("ul", "keys", null, keys)]));
  });
  function near() { rows.forEach(function (row) { row.hidden = map.getZoom() >= Number(row.dataset.zoom); }); }
  map.on("zoom", near);
  near();
};

Viewer.value = function (name, value) {
  if (typeof value === "boolean") { return Viewer.say(value ? "yes" : "no"); }
  if (name === "area_m2") { return Viewer.say("hectares", { area: Viewer.number(value / 10000, 2) }); }
  if (typeof value === "number") { return Viewer.number(value, 3); }
  if (["kind", "status", "stage", "of"].indexOf(name) >= 0 && Viewer.knows("key." + value)) { return Viewer.say("key." + value); }
  return value;
};

Viewer.card = function (feature) {
  var facts = feature.properties, rows = [], own = Viewer.language === "zh" ? "_zh" : "";
  Object.keys(facts).forEach(function (name) {
    if (/_zh$/.test(name) || !Viewer.knows("column." + name)) { return; }
    rows.push(Viewer.make("dt", null, Viewer.say("column." + name)));
    rows.push(Viewer.make("dd", null, Viewer.value(name, name + own in facts ? facts[name + own] : facts[name])));
  });
  var title = Viewer.say("layer." + feature.sourceLayer) + " · " + (facts.name || facts.code || facts.id || "");
  return Viewer.make("section", "card", null, [Viewer.make("h3", null, title), Viewer.make("dl", null, null, rows)]);
};

/* The features at a place of the screen, each once, the smallest first. */
Viewer.at = function (map, of, point) {
  var seen = {}, drawn = [].concat.apply([], Object.keys(of).map(function (name) { return of[name]; }));
  var near = [[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]];
  var found = map.queryRenderedFeatures(near, { layers: drawn }).filter(function (feature) {
    var key = feature.sourceLayer + " " + feature.id;
    return seen[key] ? false : (seen[key] = true);
  });
  return found.sort(function (one, other) { return Viewer.order.indexOf(one.sourceLayer) - Viewer.order.indexOf(other.sourceLayer); });
};

Viewer.show = function (map, found) {
  var place = document.getElementById("facts");
  Viewer.shown = found;
  place.replaceChildren();
  found.slice(0, Viewer.most).forEach(function (feature) { place.appendChild(Viewer.card(feature)); });
  if (!found.length) { place.appendChild(Viewer.make("p", "hint", Viewer.say("facts.none"))); }
  if (found.length > Viewer.most) {
    place.appendChild(Viewer.make("p", "hint", Viewer.say("facts.more", { count: found.length - Viewer.most })));
  }
  map.getStyle().layers.forEach(function (layer) {
    if (layer.id.indexOf("chosen-line-") !== 0) { return; }
    var first = found[0] && found[0].sourceLayer === layer["source-layer"] ? found[0].id : -1;
    map.setFilter(layer.id, ["==", ["id"], first]);
  });
};
