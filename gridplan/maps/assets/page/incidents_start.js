/* The card of a zone, and what joins map and panel; called by the page once the map is there. */
"use strict";

PlanPage.choose = function (row, how) {
  var options = how || {};
  PlanPage.chosen = row;
  PlanPage.at = options.at || null;
  PlanPage.groups.chosen.clearLayers();
  document.querySelectorAll(".panel .row[data-row]").forEach(function (button) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.row) === row));
  });
  if (row === null) { document.getElementById("card").hidden = true; return; }
  PlanPage.markRow("grids", row);
  PlanPage.showCard(row);
  if (options.zoom) { PlanPage.goTo(PlanPage.bounds("grids", row)); }
};

PlanPage.peek = function (row, latlng) {
  if (PlanPage.chosen !== null) { return; }
  PlanPage.at = latlng;
  if (row === null) { document.getElementById("card").hidden = true; } else { PlanPage.showCard(row); }
};

PlanPage.showCard = function (row) {
  var zones = PlanPage.data.grids, frame = PlanPage.frame, change = PlanPage.changeOf(row);
  var card = PlanPage.openCard(zones.name[row], function () { PlanPage.choose(null); });
  var pairs = [
    ["incidents.card.period", PlanPage.periodName(frame)],
    ["incidents.card.count", PlanPage.told(zones.count[frame][row])],
    ["incidents.card.households", PlanPage.count(zones.households[row])],
    ["incidents.card.rate", PlanPage.perThousand(zones.rate[frame][row])],
    ["incidents.card.smooth", PlanPage.perThousand(zones.smooth[frame][row])],
    ["incidents.card.spot", PlanPage.say("incidents.spot." + zones.spot[row])]
  ];
  if (zones.z && zones.z[row] !== null) { pairs.push(["incidents.card.test", PlanPage.say("incidents.card.zq", { z: PlanPage.count(zones.z[row], 2), q: zones.q[row] === null ? "–" : PlanPage.small(zones.q[row]) })]); }
  var heat = PlanPage.at ? PlanPage.heatAt(PlanPage.at) : null, breaks = PlanPage.scale("heat");
  if (heat !== null) {
    var number = heat < breaks[0] / 2 ? "< " + PlanPage.short(breaks[0]) : PlanPage.count(heat, heat < 10 ? 2 : 1);
    pairs.splice(2, 0, ["incidents.card.heat", PlanPage.say("incidents.card.per_" + PlanPage.data.facts.per, { number: number })]);
  }
  card.appendChild(PlanPage.pairs(pairs));
  if (change) {
    var of = { after: PlanPage.periodName(PlanPage.changeFrame()), before: PlanPage.periodName(PlanPage.changeFrame() - 1) };
    card.appendChild(PlanPage.make("h3", "", PlanPage.say("incidents.changes.of", of)));
    card.appendChild(PlanPage.make("div", "", PlanPage.say("incidents.changed." + change.changed) + " · " +
      PlanPage.say("incidents.changes.row", { after: PlanPage.told(change.after), expected: PlanPage.count(change.expected, 1), q: PlanPage.small(change.q) })));
  }
};

/* Everything that depends on the frame and on what fills the map. */
PlanPage.show = function () {
  PlanPage.listTime();
  PlanPage.listLegend();
  PlanPage.listChanges();
  PlanPage.search(false);
  PlanPage.showLayers();
  if (PlanPage.chosen !== null) { PlanPage.showCard(PlanPage.chosen); }
};

PlanPage.speak = function () {
  PlanPage.translate();
  document.getElementById("sub").textContent = PlanPage.say("incidents.sub");
  PlanPage.listTotals();
  PlanPage.listHot();
  PlanPage.listClusters();
  PlanPage.listHow();
  PlanPage.listSources();
  PlanPage.listProvenance();
  PlanPage.zoomControl();
  PlanPage.show();
};

/* The whole beside the legend and above the slider. */
PlanPage.fitWhole = function (animate) {
  var legend = document.getElementById("layers"), size = PlanPage.map.getSize(), time = document.getElementById("time");
  var beside = legend.open && size.x > 900 ? legend.offsetWidth + 20 : 16, paper = document.documentElement.classList.contains("printing");
  var below = time.hidden || paper ? 34 : time.offsetHeight + (size.x > 760 ? 44 : 64);
  PlanPage.map.fitBounds(PlanPage.whole, { paddingTopLeft: [16, 16], paddingBottomRight: [beside, below], animate: animate });
};

PlanPage.begin = function () {
  PlanPage.chosen = null;
  PlanPage.at = null;
  PlanPage.wanted = { hot: true, clusters: true, outlines: true, labels: true, background: true };
  PlanPage.makePanes(PlanPage.panes, ["fills"]);
  PlanPage.map.getPane("fills").style.opacity = "0.8";
  PlanPage.order = PlanPage.inOrder();
  PlanPage.unpackHeat();
  PlanPage.groups = PlanPage.makeLayers();
  PlanPage.whole = PlanPage.allBounds("communities");
  PlanPage.listTime();
  PlanPage.listLegend();  // the map keeps clear of both
  PlanPage.openMap();
  PlanPage.listenFrame(function () { PlanPage.choose(null); });
  PlanPage.listenTime();
  PlanPage.listenSearch();
  PlanPage.map.on("click", function (event) { PlanPage.choose(PlanPage.rowAt("grids", event.latlng), { at: event.latlng }); });
  PlanPage.map.on("mousemove", function (event) { if (PlanPage.chosen === null) { PlanPage.peek(PlanPage.rowAt("grids", event.latlng), event.latlng); } });
  PlanPage.map.on("mouseout", function () { PlanPage.peek(null, null); });
  PlanPage.map.on("moveend", PlanPage.drawLabels);
};
