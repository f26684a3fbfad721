/* The layers of incidents, all painted, and the legend that switches them and states the scale. */
"use strict";

PlanPage.paintFill = function (context, view) {
  if (PlanPage.filling === "none") { return; }
  if (PlanPage.filling !== "heat") {
    PlanPage.fillRows(context, view, "grids", PlanPage.zoneColour, 1);
  } else if (PlanPage.data.heat) {
    PlanPage.paintHeat(context, view);
  } else if (PlanPage.zones.pieces) {
    PlanPage.fillRows(context, view, "pieces", PlanPage.pieceColour, 1);
  }
};

/* A broad line inside each hot or cold zone. */
PlanPage.paintHot = function (context, view) {
  var boxes = PlanPage.boxes("grids");
  PlanPage.data.grids.spot.forEach(function (spot, row) {
    var colour = PlanPage.hotLook[spot];
    if (!colour || !PlanPage.seen(view, boxes, row)) { return; }
    context.save();
    context.beginPath();
    PlanPage.trace(context, view, "grids", row);
    context.clip("evenodd");
    context.strokeStyle = colour;
    context.lineWidth = Math.max(3, Math.min(13, 13 * PlanPage.thin()));
    context.setLineDash(spot === "cold" ? [10, 6] : []);
    context.stroke();
    context.restore();
  });
};

/* Pixels across from which a cluster is drawn: hundreds of smaller ones would be but dots. */
PlanPage.LEAST_CLUSTER = 8;

PlanPage.paintClusters = function (context, view) {
  var boxes = PlanPage.boxes("clusters");
  context.strokeStyle = "#15191d";
  context.lineWidth = 2.2;
  context.setLineDash([2, 4]);
  context.lineCap = "round";
  for (var row = 0; row < PlanPage.rowCount("clusters"); row += 1) {
    var across = Math.max(boxes[row * 4 + 2] - boxes[row * 4], boxes[row * 4 + 3] - boxes[row * 4 + 1]) * view.scale;
    if (across < PlanPage.LEAST_CLUSTER || !PlanPage.seen(view, boxes, row)) { continue; }
    context.beginPath();
    PlanPage.trace(context, view, "clusters", row);
    context.stroke();
  }
  context.setLineDash([]);
};

PlanPage.paintOutlines = function (context, view) {
  ["community", "zone"].forEach(function (sort) {
    var look = PlanPage.look[sort === "zone" ? "grid" : sort], zone = sort === "zone";
    var opacity = zone ? Math.min(0.75, PlanPage.gridPixels() / 14) : 0.9;
    if (opacity < 0.15) { return; }
    PlanPage.strokeLines(context, view, PlanPage.lineSorts[sort], { color: look.color, weight: (zone ? 1.4 : 3) * PlanPage.thin() + 0.3, opacity: opacity });
  });
};

/* What stands in a grid that has room: its number, and its incidents where there is more. */
PlanPage.labelOf = function (row, room) {
  var grids = PlanPage.data.grids, count = PlanPage.told(grids.count[PlanPage.frame][row]);
  return { head: grids.number[row], below: room > 24 ? PlanPage.say("incidents.label.short", { count: count }) : "" };
};

PlanPage.labelRank = function (row) { return PlanPage.data.grids.count[PlanPage.frame][row] || 0; };

PlanPage.makeLayers = function () {
  var communities = PlanPage.linesOf("communities");
  PlanPage.lineSorts = { community: communities, zone: PlanPage.linesOf("grids", communities) };
  return { background: PlanPage.makeBackground(), fills: PlanPage.canvas("fills", PlanPage.paintFill), hot: PlanPage.canvas("hot", PlanPage.paintHot),
    clusters: PlanPage.canvas("clusters", PlanPage.paintClusters), outlines: PlanPage.canvas("outlines", PlanPage.paintOutlines),
    labels: L.layerGroup(), chosen: L.layerGroup() };
};

PlanPage.isThere = function (name) {
  var data = PlanPage.data;
  if (name === "clusters") { return data.clusters.count.length > 0; }
  if (name === "background") { return PlanPage.groundKinds.some(PlanPage.hasGround); }
  if (name === "change") { return PlanPage.hasChanges(); }
  return name !== "hot" || !data.facts.public || data.grids.spot.length > 0;
};

PlanPage.showLayers = function () {
  ["fills", "chosen"].concat(PlanPage.SWITCHES).forEach(function (name) {
    var show = name === "fills" || name === "chosen" || PlanPage.wanted[name];
    if (show !== PlanPage.map.hasLayer(PlanPage.groups[name])) { PlanPage.map[show ? "addLayer" : "removeLayer"](PlanPage.groups[name]); }
  });
  PlanPage.repaint();
  PlanPage.drawLabels();
};

PlanPage.looks = {
  hot: "box-sizing:border-box;border:3px solid #9c0d1f;height:13px", cold: "box-sizing:border-box;border:3px dashed #0b4083;height:13px",
  clusters: "border-top:3px dotted #15191d", outlines: "border-top:2px solid #15191d", labels: "", background: "border-top:4px solid #cfc8b8"
};

PlanPage.radio = function (name) {
  var input = PlanPage.make("input"), label = PlanPage.make("label", "", null, [input, PlanPage.make("span", "", PlanPage.say("incidents.fill." + name))]);
  input.type = "radio";
  input.name = "filling";
  input.id = "fill-" + name;
  input.checked = PlanPage.filling === name;
  input.addEventListener("change", function () { PlanPage.filling = name; PlanPage.show(); });
  return label;
};

/* Steps of a scale with where each begins and ends. */
PlanPage.steps = function (name) {
  var breaks = PlanPage.scale(name), box = PlanPage.make("div", "scale");
  breaks.forEach(function (low, at) {
    var last = at + 1 === breaks.length, text = PlanPage.say(last ? "incidents.scale.last" : "incidents.scale.step", { low: PlanPage.short(low), high: last ? "" : PlanPage.short(breaks[at + 1]) });
    var key = PlanPage.key("height:12px;background:" + PlanPage.data.ramps[name][at], text);
    box.insertBefore(key, box.firstChild);
  });
  return box;
};

PlanPage.short = function (value) { return PlanPage.count(value, value < 1 ? Math.ceil(-Math.log10(value) - 1e-9) : 0); };

PlanPage.listLegend = function () {
  var filling = PlanPage.filling, parts = PlanPage.FILLINGS.filter(PlanPage.isThere).map(PlanPage.radio);
  if (filling === "heat" || filling === "rate") {
    var unit = filling === "rate" ? "incidents.unit.rate" : "incidents.unit." + PlanPage.data.facts.per;
    parts.push(PlanPage.make("p", "unit", PlanPage.say(unit)), PlanPage.steps(filling));
    parts.push(PlanPage.make("p", "hint", PlanPage.say(PlanPage.frame ? "incidents.scale.each" : "incidents.scale.whole")));
  } else if (filling === "change") {
    var frame = PlanPage.changeFrame();
    parts.push(PlanPage.make("p", "unit", PlanPage.say("incidents.changes.of", { after: PlanPage.periodName(frame), before: PlanPage.periodName(frame - 1) })));
    ["more", "none", "fewer"].forEach(function (sort) {
      parts.push(PlanPage.key("height:12px;border:1px solid #8a929a;background:" + PlanPage.changeLook[sort], PlanPage.say("incidents.changed." + sort)));
    });
  }
  parts.push(PlanPage.make("hr"));
  PlanPage.SWITCHES.filter(PlanPage.isThere).forEach(function (name) {
    parts.push(PlanPage.box("layer-" + name, PlanPage.wanted[name], PlanPage.mark(PlanPage.looks[name]), PlanPage.say("incidents.layer." + name), function (on) {
      PlanPage.wanted[name] = on;
      PlanPage.showLayers();
    }));
    if (name === "hot" && PlanPage.data.grids.spot.indexOf("cold") >= 0) { parts.push(PlanPage.key(PlanPage.looks.cold, PlanPage.say("incidents.cold"))); }
  });
  document.getElementById("layer-boxes").replaceChildren.apply(document.getElementById("layer-boxes"), parts);
};
