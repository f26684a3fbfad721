/* The panel of two plans: what changed in all, the lineage, names, the card. */
"use strict";

PlanPage.changeTag = function (change) {
  var tag = PlanPage.make("span", "tag change", PlanPage.say("compare.change." + change));
  tag.style.borderColor = PlanPage.data.fills[change] || "#8a929a";
  return tag;
};

/* A code with the name of its grid, where there is one. */
PlanPage.zoneText = function (side, code) {
  return code === null ? PlanPage.say("compare.nothing") : PlanPage.shortCode(side, code);
};

PlanPage.shortCode = function (side, code) {
  var row = PlanPage.rowOf[side].get(code);
  return row === undefined ? code : PlanPage.placeOf(side, row) + " " + PlanPage.data[side].number[row];
};

PlanPage.placeOf = function (side, row) {
  var names = side === "old" ? PlanPage.data.old_communities.name : PlanPage.data.communities.name;
  return names[PlanPage.data[side].community[row]] || "";
};

PlanPage.listTotals = function () {
  var compared = PlanPage.data.compared, facts = PlanPage.data.facts, box = document.getElementById("headline");
  box.replaceChildren(PlanPage.make("b", "", PlanPage.count(compared.moved)), PlanPage.make("span", "", PlanPage.say("compare.headline", {
    share: PlanPage.count(compared.households ? 100 * compared.moved / compared.households : 0, 1), households: PlanPage.count(compared.households)
  })));
  document.getElementById("sub").textContent = PlanPage.say("compare.sub", { old: facts.old.id.slice(0, 8), new: facts.plan.slice(0, 8) });
  PlanPage.fill("totals", ["kept", "changed", "new", "gone"].map(function (name) {
    return PlanPage.make("div", "", null, [PlanPage.make("dt", "", PlanPage.say("compare.total." + name)), PlanPage.make("dd", "", PlanPage.count(compared.grids[name]))]);
  }));
};

/* The grid that a step leads to, without its community where it is that of the old one. */
PlanPage.newText = function (step) {
  var old = PlanPage.rowOf.old.get(step[0]), fresh = PlanPage.rowOf.grids.get(step[1]);
  var same = old !== undefined && fresh !== undefined && PlanPage.placeOf("old", old) === PlanPage.placeOf("grids", fresh);
  return same ? PlanPage.data.grids.number[fresh] : PlanPage.zoneText("grids", step[1]);
};

/* Where a step is on the map: its land, else its new or its old grid. */
PlanPage.goToStep = function (step) {
  var old = PlanPage.rowOf.old.get(step[0]), fresh = PlanPage.rowOf.grids.get(step[1]);
  var land = PlanPage.data.land.old.findIndex(function (row, number) { return row === (old === undefined ? null : old) && PlanPage.data.land.new[number] === (fresh === undefined ? null : fresh); });
  if (land >= 0) { PlanPage.choose("land", land); } else if (fresh !== undefined) { PlanPage.choose("grids", fresh); } else if (old !== undefined) { PlanPage.choose("old", old); }
};

PlanPage.stepItem = function (step) {
  var way = PlanPage.make("span", "way", null, [PlanPage.make("b", "", PlanPage.zoneText("old", step[0])), PlanPage.make("span", "", " → "), PlanPage.make("b", "", PlanPage.newText(step))]);
  var button = PlanPage.row([way, PlanPage.changeTag(step[2]), PlanPage.make("span", "households", PlanPage.count(step[3]))], function () { PlanPage.goToStep(step); });
  button.title = [step[0], step[1]].map(function (code) { return code === null ? PlanPage.say("compare.nothing") : code; }).join(" → ");
  return PlanPage.make("li", "", null, [button]);
};

PlanPage.search = function (go) {
  var words = document.getElementById("search").value.trim().toLowerCase(), steps = PlanPage.data.compared.steps;
  var found = words === "" ? steps : steps.filter(function (step) {
    return [step[0], step[1], PlanPage.zoneText("old", step[0]), PlanPage.zoneText("grids", step[1])].some(function (text) {
      return text !== null && text.toLowerCase().indexOf(words) >= 0;
    });
  });
  PlanPage.fill("steps", found.map(function (step) { return function () { return PlanPage.stepItem(step); }; }), steps.length);
  if (!steps.length) { document.getElementById("steps").appendChild(PlanPage.make("li", "hint", PlanPage.say("compare.same"))); }
  var said = found.length ? PlanPage.say("compare.found", { count: PlanPage.count(found.length) }) : PlanPage.say("compare.none");
  document.getElementById("search-result").textContent = words === "" ? "" : said;
  if (go && words !== "" && found.length) { PlanPage.goToStep(found[0]); }
};

PlanPage.listRenamed = function () {
  var renamed = PlanPage.data.compared.renamed;
  document.getElementById("renamed-part").hidden = !renamed.length;
  PlanPage.fill("renamed", renamed.map(function (each) {
    return PlanPage.make("li", "", null, [PlanPage.make("span", "", each[1]), PlanPage.make("span", "", each[2] + " → " + each[3])]);
  }));
};

/* The facts of a piece of land, or of a grid of one of the plans. */
PlanPage.showCard = function (layer, row) {
  var data = PlanPage.data, closed = function () { PlanPage.choose(null); };
  if (layer === "land") {
    var land = data.land, codes = [land.old[row], land.new[row]];
    var names = [codes[0] === null ? null : data.old.code[codes[0]], codes[1] === null ? null : data.grids.code[codes[1]]];
    var card = PlanPage.openCard(PlanPage.zoneText("old", names[0]) + " → " + PlanPage.zoneText("grids", names[1]), closed);
    card.appendChild(PlanPage.pairs([["compare.card.change", PlanPage.changeTag(land.change[row])], ["compare.card.old", names[0] || PlanPage.say("compare.nothing")],
      ["compare.card.new", names[1] || PlanPage.say("compare.nothing")], ["compare.card.moved", PlanPage.count(land.households[row])],
      ["card.area", PlanPage.say("card.hectares", { area: PlanPage.count(land.area[row] / 100, 2) })]]));
    return;
  }
  var grids = data[layer], side = PlanPage.openCard(grids.name[row], closed);
  side.appendChild(PlanPage.pairs([["compare.card.plan", PlanPage.say(layer === "old" ? "compare.old" : "compare.new")], ["card.code", grids.code[row]],
    ["card.households", PlanPage.count(grids.households[row])], ["card.area", PlanPage.say("card.hectares", { area: PlanPage.count(grids.area[row] / 100, 2) })]]));
};
