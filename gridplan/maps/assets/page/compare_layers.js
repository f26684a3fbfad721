/* The layers of two plans: land by what happened to it, the lines of both, numbers of the one that is looked at. */
"use strict";

PlanPage.panes = { background: 210, land: 300, outlines: 340, oldlines: 360, chosen: 390 };

PlanPage.landFill = function (row) { return PlanPage.data.fills[PlanPage.data.land.change[row]]; };

PlanPage.makeLayers = function () {
  var communities = PlanPage.linesOf("communities"), fresh = PlanPage.linesOf("grids", communities), old = PlanPage.linesOf("old");
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
      // Where a line is in both plans its dashes leave the black one to be seen between them.
      PlanPage.strokeLines(context, view, old, thinned({ color: "#b3261e", dashArray: "7 5" }, 2.2));
    })
  };
};

PlanPage.gridLabel = function (row) {
  var box = PlanPage.make("div"), grids = PlanPage.data[PlanPage.labelled];
  box.style.cssText = "transform:translate(-50%,-50%);display:inline-block";
  box.append(PlanPage.make("b", "", grids.number[row]), PlanPage.make("span", "", PlanPage.say("label.households", { households: grids.households[row] })));
  return box;
};
