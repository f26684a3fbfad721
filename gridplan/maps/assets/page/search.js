/* Grids in order, under the names of their communities, and found by what is typed. A page says how it lists rows (listGrids). */
"use strict";

/* The rows of the grids, community by community. */
PlanPage.inOrder = function () {
  var of = PlanPage.data.grids.community;
  return of.map(function (community, row) { return row; }).sort(function (one, other) { return of[one] - of[other] || one - other; });
};

/* The items of these rows, in this order, each community's under its name; made when they are shown. */
PlanPage.underCommunities = function (rows, item) {
  var of = PlanPage.data.grids.community, names = PlanPage.data.communities.name, items = [], last = null;
  rows.forEach(function (row) {
    var community = of[row];
    if (community !== last && community !== null) { items.push(function () { return PlanPage.make("li", "group", names[community]); }); }
    last = community;
    items.push(function () { return item(row); });
  });
  return items;
};

/* Rows of the grids that the words name: by number (also without its zeros), else by name, else by the start of the code. */
PlanPage.found = function (words) {
  var grids = PlanPage.data.grids, communities = PlanPage.data.communities, bare = words.replace(/^0+(?=.)/, "");
  var ways = [
    function (row) { return grids.number[row].toLowerCase().replace(/^0+(?=.)/, "") === bare; },
    function (row) {
      var place = communities.name[grids.community[row]];
      return (grids.name[row] + " " + place).toLowerCase().indexOf(words) >= 0;
    },
    function (row) { return grids.code[row].toLowerCase().indexOf(words) === 0; }
  ];
  return ways.reduce(function (found, way) { return found.length ? found : PlanPage.order.filter(way); }, []);
};

/* Show the grids that the words in the search box name; go to the first one of the list where go is true. */
PlanPage.search = function (go) {
  var words = document.getElementById("search").value.trim().toLowerCase(), all = words === "";
  var rows = all ? PlanPage.order : PlanPage.found(words);
  PlanPage.listGrids(rows);
  var said = rows.length ? PlanPage.say("search.found", { count: PlanPage.count(rows.length) }) : PlanPage.say("search.none");
  document.getElementById("search-result").textContent = all ? "" : said;
  if (go && !all && rows.length) { PlanPage.choose(rows[0], { zoom: true }); }
};

PlanPage.listenSearch = function () {
  document.getElementById("search-form").addEventListener("submit", function (event) { event.preventDefault(); PlanPage.search(true); });
  document.getElementById("search").addEventListener("input", function () { PlanPage.search(false); });
};
