/* Joins map and panel of coverage. */
"use strict";

PlanPage.LAYERS = ["fills", "buildings", "services", "others", "outlines", "labels", "background"];

PlanPage.choose = function (row, how) {
  var options = how || {};
  PlanPage.chosen = row;
  PlanPage.chosenAt = options.at;
  PlanPage.groups.chosen.clearLayers();
  document.querySelectorAll("#grids .row").forEach(function (button) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.row) === row));
  });
  if (row === null) {
    document.getElementById("card").hidden = true;
    return;
  }
  PlanPage.markRow("grids", row);
  PlanPage.showCard(row, options.at);
  if (options.zoom) { PlanPage.goTo(PlanPage.bounds("grids", row)); }
};

PlanPage.labelOf = function (row) {
  return { head: PlanPage.data.grids.number[row], below: PlanPage.percent(PlanPage.share(PlanPage.part("grid", row))) };
};

/* Where most are beyond the distance. */
PlanPage.labelRank = function (row) {
  var part = PlanPage.part("grid", row);
  return part.all - (part.near || 0);
};

PlanPage.listLayers = function () {
  var data = PlanPage.data, box = document.getElementById("layer-boxes"), parts = [], within = data.within;
  var swatch = function (colour, extra) { return "background:" + colour + ";height:12px;border:1px solid #6b747d;" + (extra || ""); };
  var keys = {
    fills: data.shares.map(function (colour, number) {
      return PlanPage.key(swatch(colour, "opacity:.75"), PlanPage.say("coverage.share_class", { low: 20 * number, high: 20 * number + 20 }));
    }),
    buildings: data.bands.slice(0, within.length).map(function (colour, number) {
      return PlanPage.key(swatch(colour), PlanPage.say("coverage.up_to", { metres: PlanPage.count(within[number]) }));
    }).concat([PlanPage.key(swatch(data.bands[within.length]), PlanPage.say("coverage.beyond", { metres: PlanPage.count(within[within.length - 1]) })),
      PlanPage.key(swatch(data.no_homes), PlanPage.say("key.none"))])
  };
  if (data.buildings.metres[PlanPage.kind].indexOf(-1) >= 0) { keys.buildings.push(PlanPage.key(swatch(data.bands[within.length + 1]), PlanPage.say("coverage.unreached"))); }
  if (data.buildings.straight[PlanPage.kind].indexOf(1) >= 0) {
    keys.buildings.push(PlanPage.key("height:12px;border:2px dashed #000;", PlanPage.say("coverage.straight")));
  }
  PlanPage.LAYERS.forEach(function (name) {
    if (name === "background" && !PlanPage.groundKinds.some(PlanPage.hasGround)) { return; }
    if ((name === "services" || name === "others") && !data.services.id.length) { return; }
    var symbol = name === "services" ? PlanPage.make("span", "symbol", null, [PlanPage.sign(PlanPage.kind)]) : PlanPage.mark(name === "outlines" ? "border-top:3px solid #15191d" : "");
    var text = name === "services" ? PlanPage.kindName(PlanPage.kind) : PlanPage.say("coverage.layer." + name);
    parts.push(PlanPage.box("layer-" + name, PlanPage.wanted[name], symbol, text, function (on) { PlanPage.wanted[name] = on; PlanPage.showLayers(); }));
    parts.push.apply(parts, keys[name] || []);
  });
  box.replaceChildren.apply(box, parts);
};

PlanPage.showLayers = function () {
  var near = PlanPage.gridPixels() >= 25;
  PlanPage.LAYERS.concat(["chosen"]).forEach(function (name) {
    var show = PlanPage.wanted[name] && (name !== "buildings" || near);
    if (show !== PlanPage.map.hasLayer(PlanPage.groups[name])) { PlanPage.map[show ? "addLayer" : "removeLayer"](PlanPage.groups[name]); }
  });
  PlanPage.drawLabels();
};

/* Everything that hangs on kind, distance and measure, anew. */
PlanPage.showChoice = function () {
  PlanPage.placeServices(PlanPage.groups.services, true);
  PlanPage.placeServices(PlanPage.groups.others, false);
  PlanPage.sayHeadline();
  PlanPage.listTables();
  PlanPage.listLayers();
  PlanPage.repaint();
  PlanPage.drawLabels();
  if (PlanPage.chosen !== null) { PlanPage.showCard(PlanPage.chosen, PlanPage.chosenAt); }
};

PlanPage.speak = function () {
  PlanPage.translate();
  document.getElementById("sub").textContent = PlanPage.say("coverage.sub");
  PlanPage.listSources();
  PlanPage.listProvenance();
  PlanPage.zoomControl();
  PlanPage.listChoices();
  PlanPage.showChoice();
};

PlanPage.listen = function () {
  var map = PlanPage.map;
  PlanPage.listenFrame(function () { PlanPage.choose(null); });
  PlanPage.listenSearch();
  document.getElementById("kind").addEventListener("change", function (event) { PlanPage.kind = Number(event.target.value); PlanPage.showChoice(); });
  map.on("click", function (event) { PlanPage.choose(PlanPage.rowAt("grids", event.latlng), { at: event.latlng }); });
  map.on("mousemove", function (event) {
    if (PlanPage.chosen !== null) { return; }
    var row = PlanPage.rowAt("grids", event.latlng);
    if (row === null) { document.getElementById("card").hidden = true; } else { PlanPage.showCard(row, event.latlng); }
  });
  map.on("zoomend", PlanPage.showLayers);
  map.on("moveend", PlanPage.drawLabels);
};

PlanPage.begin = function () {
  PlanPage.chosen = null;
  PlanPage.kind = 0;
  PlanPage.step = Math.min(1, PlanPage.data.within.length - 1);
  PlanPage.measure = "households";
  PlanPage.completeGrids(PlanPage.data.grids, PlanPage.data.communities.code);
  PlanPage.order = PlanPage.inOrder();
  PlanPage.makePanes(PlanPage.panes, ["services"]);
  PlanPage.makeLayers();
  PlanPage.wanted = { fills: true, buildings: true, services: true, others: false, outlines: true, labels: true, background: true, chosen: true };
  PlanPage.whole = PlanPage.allBounds("communities");
  PlanPage.openMap();
  PlanPage.showLayers();
  PlanPage.listen();
};
