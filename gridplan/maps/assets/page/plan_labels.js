/* What stands in the label of a grid: its number and households; those that are out of range come first. */
"use strict";

PlanPage.labelOf = function (row, room) {
  var grids = PlanPage.data.grids, status = grids.status[row];
  return { head: grids.number[row], below: room > 17 ? PlanPage.say("label.households", { households: grids.households[row] }) : "",
    sign: status === "ok" ? null : { look: status, text: status === "open" ? "!" : "✓" } };
};

PlanPage.labelRank = function (row) {
  var grids = PlanPage.data.grids;
  return grids.households[row] + { open: 2e6, proved: 1e6, ok: 0 }[grids.status[row]];
};

/* Units show from the zoom on at which a unit of middling size is some 12 pixels wide. */
PlanPage.unitZoom = function () {
  var grids = PlanPage.data.grids, units = PlanPage.sum(grids.units) || 1;
  var area = grids.area.reduce(function (sum, value) { return sum + 100 * value; }, 0);
  var wide = Math.sqrt(area / units), latitude = PlanPage.whole.getCenter().lat;
  var metres = wide / 12;
  return Math.log2(40075016.686 * Math.cos(latitude * Math.PI / 180) / metres) - 8;
};
