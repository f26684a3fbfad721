/* What is shown now: a frame (0 the whole time, 1, 2, ... a period), and what fills the map. */
"use strict";

PlanPage.frame = 0;
PlanPage.filling = "heat";
PlanPage.FILLINGS = ["heat", "rate", "change", "none"];
PlanPage.SWITCHES = ["hot", "clusters", "outlines", "labels", "background"];
PlanPage.panes = { background: 210, fills: 300, hot: 340, outlines: 360, clusters: 380, chosen: 390 };

PlanPage.changeLook = { more: "#d6604d", fewer: "#4393c3", none: "#f1efe9" };
PlanPage.hotLook = { hot: "#9c0d1f", cold: "#0b4083" };

PlanPage.scale = function (name) {
  var scale = name === "heat" ? PlanPage.data.density : PlanPage.data.rate;
  return PlanPage.frame === 0 ? scale.whole : scale.each;
};

/* The class of a value: -1 below the first break. */
PlanPage.classOf = function (value, breaks) {
  var found = -1;
  while (found + 1 < breaks.length && value >= breaks[found + 1] * (1 - 1e-9)) { found += 1; }
  return found;
};

PlanPage.periodName = function (frame) {
  var periods = PlanPage.data.periods;
  if (frame > 0) { return periods[frame - 1].name; }
  if (!periods.length) { return PlanPage.say("incidents.time.none"); }
  return PlanPage.say("incidents.time.whole", { first: periods[0].name, last: periods[periods.length - 1].name });
};

/* Changes are those of a period against the one before; of the whole time the last ones. */
PlanPage.changeFrame = function () {
  return PlanPage.frame > 1 ? PlanPage.frame : PlanPage.data.periods.length;
};

/* The public is told of no changes: its numbers are rounded, and a test of those finds what is not there. */
PlanPage.hasChanges = function () { return PlanPage.data.grids.changed.length > 0; };

PlanPage.changeOf = function (row) {
  var zones = PlanPage.data.grids, at = PlanPage.changeFrame() - 2;
  return at < 0 || !PlanPage.hasChanges() ? null : { changed: zones.changed[at][row], expected: zones.expected[at][row], q: zones.change_q[at][row],
    before: zones.count[at + 1][row], after: zones.count[at + 2][row] };
};

/* A number as the public is told it: where few households stand behind a 0, it is less than half a step. */
PlanPage.told = function (count) {
  return PlanPage.data.facts.public ? PlanPage.say("incidents.about", { count: PlanPage.count(count) }) : PlanPage.count(count);
};

PlanPage.perThousand = function (value) {
  return value === null ? PlanPage.say("incidents.no_households") : PlanPage.count(value / 100, 1);
};

PlanPage.zoneColour = function (row) {
  if (PlanPage.filling === "rate") {
    var value = PlanPage.data.grids.smooth[PlanPage.frame][row];
    var at = value === null ? -1 : PlanPage.classOf(value / 100, PlanPage.scale("rate"));
    return at < 0 ? null : PlanPage.data.ramps.rate[at];
  }
  var change = PlanPage.changeOf(row);
  return change ? PlanPage.changeLook[change.changed] : null;
};

PlanPage.pieceColour = function (row) {
  var at = PlanPage.classOf(PlanPage.data.density.values[PlanPage.frame][row] / 100, PlanPage.scale("heat"));
  return at < 0 ? null : PlanPage.data.ramps.heat[at];
};
