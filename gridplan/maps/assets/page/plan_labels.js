/* Labels: the number and households of a grid where there is room inside it. */
"use strict";

PlanPage.gridLabel = function (row, room) {
  var grids = PlanPage.data.grids, box = PlanPage.make("div"), status = grids.status[row];
  box.style.transform = "translate(-50%, -50%)";
  box.style.display = "inline-block";
  box.appendChild(PlanPage.make("b", "", grids.number[row]));
  if (room > 17) {
    box.appendChild(PlanPage.make("span", "", PlanPage.say("label.households", { households: grids.households[row] })));
  }
  if (status !== "ok") { box.appendChild(PlanPage.make("em", status, status === "open" ? "!" : "✓")); }
  return box;
};

/* Units show from the zoom on at which a unit of middling size is some 12 pixels wide. */
PlanPage.unitZoom = function () {
  var grids = PlanPage.data.grids, units = PlanPage.sum(grids.units) || 1;
  var area = grids.area.reduce(function (sum, value) { return sum + 100 * value; }, 0);
  var wide = Math.sqrt(area / units), latitude = PlanPage.whole.getCenter().lat;
  var metres = wide / 12;
  return Math.log2(40075016.686 * Math.cos(latitude * Math.PI / 180) / metres) - 8;
};
