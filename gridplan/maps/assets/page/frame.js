/* What every page has: the buttons, the scale, going somewhere, printing, rows of lists, the card. */
"use strict";

/* Rows that a list shows at most; the rest is counted. */
PlanPage.MOST_ROWS = 500;

PlanPage.row = function (children, act, label) {
  var button = PlanPage.make("button", "row", null, children);
  button.type = "button";
  if (label) { button.setAttribute("aria-label", label); }
  button.addEventListener("click", act);
  return button;
};

PlanPage.pair = function (left, right) {
  return PlanPage.make("span", "pair", null, [PlanPage.make("span", "", left), PlanPage.make("span", "", right)]);
};

PlanPage.fill = function (id, items, count) {
  var list = document.getElementById(id), counted = document.getElementById(id + "-count"), shown = items.slice(0, PlanPage.MOST_ROWS);
  if (shown.length < items.length) {
    shown.push(PlanPage.make("li", "hint", PlanPage.say("list.more", { count: PlanPage.count(items.length - shown.length) })));
  }
  list.replaceChildren.apply(list, shown.map(function (item) { return typeof item === "function" ? item() : item; }));
  if (counted) { counted.textContent = "(" + PlanPage.count(count === undefined ? items.length : count) + ")"; }
};

PlanPage.pairs = function (pairs) {
  var list = PlanPage.make("dl");
  pairs.forEach(function (pair) {
    list.appendChild(PlanPage.make("dt", "", PlanPage.say(pair[0])));
    var value = PlanPage.make("dd");
    value.append(pair[1]);
    list.appendChild(value);
  });
  return list;
};

/* The card with a heading and a button that closes it, to be filled. Before anything is chosen the pointer goes through it. */
PlanPage.openCard = function (heading, closed) {
  var card = document.getElementById("card"), close = PlanPage.make("button", "close", "×");
  close.type = "button";
  close.setAttribute("aria-label", PlanPage.say("card.close"));
  close.addEventListener("click", closed);
  card.replaceChildren(PlanPage.make("h2", "", heading), close);
  card.classList.toggle("peek", PlanPage.chosen === null);
  card.hidden = false;
  return card;
};

PlanPage.goTo = function (bounds) {
  var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  var card = document.getElementById("card"), wide = PlanPage.map.getSize().x > 900, right = 24, below = 40;
  if (!card.hidden) {
    right = wide ? card.offsetWidth + 30 : 24;
    below = wide ? 40 : Math.min(card.offsetHeight + 40, PlanPage.map.getSize().y * 0.7);
  }
  PlanPage.map.fitBounds(bounds, { maxZoom: 18.5, paddingTopLeft: [50, 30], paddingBottomRight: [right, below], animate: !still });
};

PlanPage.zoomControl = function () {
  if (PlanPage.zoom) { PlanPage.zoom.remove(); }
  PlanPage.zoom = L.control.zoom({ position: "topleft", zoomInTitle: PlanPage.say("action.nearer"), zoomOutTitle: PlanPage.say("action.farther") });
  PlanPage.zoom.addTo(PlanPage.map);
};

/* The whole beside the legend where there is room for both. */
PlanPage.fitWhole = function (animate) {
  var legend = document.getElementById("layers"), size = PlanPage.map.getSize();
  var beside = legend.open && size.x > 900 ? legend.offsetWidth + 20 : 16;
  PlanPage.map.fitBounds(PlanPage.whole, { paddingTopLeft: [16, 16], paddingBottomRight: [beside, 34], animate: animate });
};

PlanPage.metresAPixel = function () {
  var map = PlanPage.map, middle = map.getCenter();
  return 40075016.686 * Math.cos(middle.lat * Math.PI / 180) / Math.pow(2, map.getZoom() + 8);
};

PlanPage.marker = function (latlng, element, look) {
  var icon = L.divIcon({ className: look, html: element, iconSize: null });
  return L.marker(latlng, { icon: icon, interactive: false, keyboard: false });
};

/* A box of the legend that switches a layer, with its sign; changed(on) is called. */
PlanPage.box = function (id, on, symbol, text, changed) {
  var input = PlanPage.make("input");
  input.type = "checkbox";
  input.id = id;
  input.checked = on;
  input.addEventListener("change", function () { changed(input.checked); });
  return PlanPage.make("label", "", null, [input, symbol, PlanPage.make("span", "", text)]);
};

/* Radio buttons: values with their texts, and what to do with the one that is chosen. */
PlanPage.radios = function (id, values, text, chosen, act) {
  var box = document.querySelector("#" + id + " .options");
  box.replaceChildren.apply(box, values.map(function (value) {
    var input = PlanPage.make("input");
    input.type = "radio";
    input.name = id;
    input.id = id + "-" + value;
    input.checked = value === chosen;
    input.addEventListener("change", function () { act(value); });
    return PlanPage.make("label", "", null, [input, PlanPage.make("span", "", text(value))]);
  }));
};

/* A sign of the legend, drawn by style. */
PlanPage.mark = function (style) {
  var box = PlanPage.make("span", "symbol"), mark = PlanPage.make("i");
  mark.style.cssText = "display:block;width:24px;" + (style || "");
  box.appendChild(mark);
  return box;
};

PlanPage.key = function (style, text) {
  return PlanPage.make("div", "key", null, [PlanPage.mark(style), PlanPage.make("span", "", text)]);
};

PlanPage.listSources = function () {
  var facts = PlanPage.data.facts;
  var told = facts.openstreetmap || facts.sources.length > 0, credit = document.getElementById("credit");
  credit.textContent = facts.openstreetmap ? PlanPage.say("credit.osm") : PlanPage.say("credit.files", { files: facts.sources.join(", ") });
  credit.title = credit.textContent;
  credit.hidden = !told;
  document.getElementById("source").hidden = !told;
  document.getElementById("source").textContent = PlanPage.say("source", { files: facts.sources.join(", ") }) + (facts.openstreetmap ? " " + PlanPage.say("source.osm") : "");
};

PlanPage.listProvenance = function () {
  var facts = PlanPage.data.facts, moved = facts.moved_m ? " " + PlanPage.say("provenance.moved", { metres: PlanPage.count(facts.moved_m, 1) }) : "";
  document.getElementById("provenance").textContent = PlanPage.say("provenance", { plan: facts.plan, scheme: facts.scheme.name, seed: facts.seed, crs: facts.crs }) + moved;
};

/* Buttons, keys and paper. */
PlanPage.listenFrame = function (escaped) {
  var map = PlanPage.map;
  document.getElementById("language").addEventListener("click", function () {
    PlanPage.language = PlanPage.language === "zh" ? "en" : "zh";
    PlanPage.speak();
  });
  document.getElementById("whole").addEventListener("click", function () { PlanPage.fitWhole(true); });
  document.getElementById("print").addEventListener("click", function () { window.print(); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { escaped(); } });
  window.addEventListener("beforeprint", function () { PlanPage.layOut(true); });
  window.addEventListener("afterprint", function () { PlanPage.layOut(false); });
};

/* Lays the page out as a sheet of paper, with the map painted for its size there, or as it was. */
PlanPage.layOut = function (paper) {
  var map = PlanPage.map, open = document.querySelectorAll(".panel details, #layers");
  document.documentElement.classList.toggle("printing", paper);
  open.forEach(function (part) {
    if (paper) { part.dataset.was = part.open ? "open" : ""; part.open = true; } else { part.open = part.dataset.was === "open"; }
  });
  document.documentElement.style.setProperty("--map-top", map.getContainer().getBoundingClientRect().top + window.scrollY + "px");
  map.invalidateSize({ animate: false });
  PlanPage.fitWhole(false);
  PlanPage.repaint();
};

/* Paints every canvas anew, as after a switch. */
PlanPage.repaint = function () {
  PlanPage.map.eachLayer(function (layer) { if (layer instanceof PlanPage.Canvas) { layer.redraw(); } });
};

/* The map as it opens: everything in view, the legend open where there is room. */
PlanPage.openMap = function () {
  document.getElementById("layers").open = window.innerWidth > 760;
  PlanPage.fitWhole(false);
  PlanPage.map.setMinZoom(Math.floor(PlanPage.map.getZoom()) - 2);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(PlanPage.map);
};
