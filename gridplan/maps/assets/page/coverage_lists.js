/* The panel of coverage: kind, distance, households or people, tables with numerator and denominator, the card. */
"use strict";

PlanPage.percent = function (share) {
  return share === null ? PlanPage.say("coverage.no_share") : PlanPage.say("coverage.percent", { share: PlanPage.count(100 * share, 1) });
};

PlanPage.partText = function (part) {
  return PlanPage.say("coverage.part", { near: PlanPage.count(part.near), all: PlanPage.count(part.all) });
};

PlanPage.kindName = function (kind) { return PlanPage.data.kinds[PlanPage.language][kind]; };

PlanPage.listChoices = function () {
  var box = document.getElementById("kind"), steps = PlanPage.data.within;
  box.replaceChildren.apply(box, PlanPage.data.kinds[PlanPage.language].map(function (name, kind) {
    var option = PlanPage.make("option", "", name);
    option.value = String(kind);
    option.selected = kind === PlanPage.kind;
    return option;
  }));
  PlanPage.radios("steps", steps.map(function (step, number) { return number; }), function (number) {
    return PlanPage.say("coverage.metres", { metres: PlanPage.count(steps[number]) });
  }, PlanPage.step, function (number) { PlanPage.step = number; PlanPage.showChoice(); });
  PlanPage.radios("measures", ["households", "population"], function (name) { return PlanPage.say("coverage." + name); }, PlanPage.measure,
    function (name) { PlanPage.measure = name; PlanPage.showChoice(); });
  var unknown = PlanPage.data.zones.town.population[0] === null;
  document.getElementById("measures-population").disabled = unknown;
  document.getElementById("measures").hidden = unknown;
};

PlanPage.sayHeadline = function () {
  var part = PlanPage.part("town", 0), box = document.getElementById("headline");
  box.replaceChildren(PlanPage.make("b", "", PlanPage.percent(PlanPage.share(part))), PlanPage.make("span", "", PlanPage.say("coverage.headline", {
    part: PlanPage.partText(part), measure: PlanPage.say("coverage." + PlanPage.measure), kind: PlanPage.kindName(PlanPage.kind), metres: PlanPage.count(PlanPage.data.within[PlanPage.step])
  })));
};

/* A row of a table: name, a bar, 412 / 530, 77.7 %. */
PlanPage.shareItem = function (name, part, act) {
  var share = PlanPage.share(part), bar = PlanPage.make("span", "bar"), length = PlanPage.make("b"), text = PlanPage.partText(part);
  length.style.width = (100 * (share || 0)) + "%";
  bar.appendChild(length);
  bar.setAttribute("aria-hidden", "true");
  var parts = [PlanPage.make("span", "number", name), bar, PlanPage.make("span", "of", text), PlanPage.make("span", "households", PlanPage.percent(share))];
  if (!act) { return PlanPage.make("li", "", null, [PlanPage.make("div", "row", null, parts)]); }
  return PlanPage.make("li", "", null, [PlanPage.row(parts, act, name + " · " + text + " · " + PlanPage.percent(share))]);
};

PlanPage.gridItem = function (row) {
  var item = PlanPage.shareItem(PlanPage.data.grids.number[row], PlanPage.part("grid", row), function () { PlanPage.choose(row, { zoom: true }); });
  item.dataset.grid = row;
  item.firstChild.title = PlanPage.data.grids.name[row];
  item.firstChild.dataset.row = row;
  item.firstChild.setAttribute("aria-pressed", String(PlanPage.chosen === row));
  return item;
};

PlanPage.listGrids = function (rows) {
  PlanPage.fill("grids", PlanPage.underCommunities(rows, PlanPage.gridItem), PlanPage.data.grids.code.length);
};

PlanPage.listTables = function () {
  var communities = PlanPage.data.communities, classes = PlanPage.data.zones.compound_class;
  PlanPage.fill("communities", communities.code.map(function (code, row) {
    return function () {
      return PlanPage.shareItem(communities.name[row], PlanPage.part("community", row), function () { PlanPage.goTo(PlanPage.bounds("communities", row)); });
    };
  }));
  document.getElementById("classes-part").hidden = !classes;
  if (classes) {
    PlanPage.fill("classes", classes.code.map(function (code, row) {
      var known = PlanPage.data.words[PlanPage.language]["coverage.class." + code];
      return PlanPage.shareItem(known || code, PlanPage.part("compound_class", row), null);
    }));
  }
  PlanPage.search(false);
};

PlanPage.showCard = function (row, latlng) {
  var grids = PlanPage.data.grids, card = PlanPage.openCard(grids.name[row], function () { PlanPage.choose(null); });
  card.appendChild(PlanPage.pairs([["card.code", grids.code[row]], ["card.households", PlanPage.count(grids.households[row])],
    ["card.population", PlanPage.count(grids.population[row])]]));
  card.appendChild(PlanPage.make("h3", "", PlanPage.kindName(PlanPage.kind)));
  var list = PlanPage.make("dl");
  PlanPage.data.within.forEach(function (metres, step) {
    var part = PlanPage.part("grid", row, step);
    list.append(PlanPage.make("dt", "", PlanPage.say("coverage.metres", { metres: PlanPage.count(metres) })),
      PlanPage.make("dd", "", PlanPage.partText(part) + " · " + PlanPage.percent(PlanPage.share(part))));
  });
  card.appendChild(list);
  var building = latlng ? PlanPage.rowAt("buildings", latlng) : null;
  if (building !== null) { PlanPage.addBuilding(card, building); }
};

PlanPage.addBuilding = function (card, row) {
  var buildings = PlanPage.data.buildings, services = PlanPage.data.services, metres = buildings.metres[PlanPage.kind][row];
  var service = buildings.service[PlanPage.kind][row], way = PlanPage.say(PlanPage.isStraight(row) ? "coverage.straight" : "coverage.on_foot");
  var pairs = [["card.households", PlanPage.count(buildings.households[row])],
    ["coverage.card.distance", metres < 0 ? PlanPage.say("coverage.unreached") : PlanPage.say("coverage.way", { metres: PlanPage.count(metres), way: way })]];
  if (service >= 0) { pairs.push(["coverage.card.service", services.name[service] || services.id[service]]); }
  card.appendChild(PlanPage.make("h3", "", PlanPage.say("card.building", { id: buildings.id[row] })));
  card.appendChild(PlanPage.pairs(pairs));
};
