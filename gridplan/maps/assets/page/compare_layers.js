/* The layers of two plans: land by what happened to it, the lines of both, numbers of the one that is looked at. */
"use strict";

PlanPage.panes = { background: 210, land: 300, outlines: 340, oldlines: 360, chosen: 390 };

PlanPage.landFill = function (row) { return PlanPage.data.fills[PlanPage.data.land.change[row]]; };

PlanPage.makeLayers = function () {
  var communities = PlanPage.linesOf("communities"), fresh = PlanPage.linesOf("grids", communities), old = PlanPage.linesOf("old");
  // Beside the new plan only the lines that it gave up.
  var left = PlanPage.linesOf("old", PlanPage.linesOf("grids"));
  var thinned = function (look, weight) { return Object.assign({}, look, { weight: weight * PlanPage.thin() }); };
  PlanPage.groups = {
    background: PlanPage.makeBackground(), labels: L.layerGroup(), chosen: L.layerGroup(),
    land: PlanPage.canvas("land", function (context, view) { PlanPage.fillRows(context, view, "land", PlanPage.landFill, 0.6); }),
    outlines: PlanPage.canvas("outlines", function (context, view) {
      PlanPage.strokeLines(context, view, communities, thinned(PlanPage.look.community, 5));
      if (PlanPage.side !== "old") { PlanPage.strokeLines(context, view, fresh, thinned(PlanPage.look.grid, 2.2)); }
    }),
    oldlines: PlanPage.canvas("oldlines", function (context, view) {
      if (PlanPage.side === "new") { return; }
      PlanPage.strokeLines(context, view, PlanPage.side === "old" ? old : left, thinned({ color: "#b3261e", dashArray: "7 5" }, 2.2));
    })
  };
};

PlanPage.labelOf = function (row) {
  var grids = PlanPage.data[PlanPage.labelled];
  return { head: grids.number[row], below: PlanPage.say("label.households", { households: grids.households[row] }) };
};

/* Grids that land came to or went from are told first. */
PlanPage.labelRank = function (row) {
  var layer = PlanPage.labelled;
  if (!PlanPage.changed) {
    PlanPage.changed = { old: new Set(PlanPage.data.land.old), grids: new Set(PlanPage.data.land.new) };
  }
  return PlanPage.data[layer].households[row] + (PlanPage.changed[layer].has(row) ? 1e6 : 0);
};
