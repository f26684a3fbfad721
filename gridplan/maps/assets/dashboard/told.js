/* What the service tells of a plan: read once a plan, added up for the area that is chosen. What is not there yet is null. */
"use strict";
Dashboard.read = function (address) {
  return fetch(address, { headers: { Accept: "application/json", "Accept-Language": Dashboard.data.language } }).then(function (answer) {
    return answer.json().then(function (told) {
      if (answer.ok) { return told; }
      if (answer.status === 404 || answer.status === 403) { return null; }
      throw new Error(told.detail || answer.statusText);
    });
  });
};

/* Whether the reader is told of the incidents of the chosen plan: viewers are of plans in force alone. */
Dashboard.toldIncidents = function () {
  var chosen = Dashboard.choices.plan.selectedOptions[0];
  return Dashboard.data.planner || (chosen && chosen.dataset.state === "adopted");
};

Dashboard.plan = function (id) {
  var root = "plans/" + encodeURIComponent(id), stats = "stats/incidents?plan=" + encodeURIComponent(id);
  return Dashboard.read(root + "/stats?by=community").then(function (rules) {
    return Promise.all([
      rules.measured_at ? Dashboard.read(root + "/coverage?by=community&within=" + Dashboard.data.within) : null,
      Dashboard.toldIncidents() ? Dashboard.read(stats + "&by=community") : null,
      Dashboard.read(root + "/stats/staffing?by=community"),
      Dashboard.read(root + "/stats/organisations?by=community"),
      Dashboard.read(root + "/tiles/WebMercatorQuad?f=tilejson")
    ]).then(function (told) {
      return { id: id, root: root, rules: rules, coverage: told[0], incidents: told[1], staffing: told[2], organisations: told[3], tiles: told[4] };
    });
  });
};

/* The codes of the communities in an area: itself, or those below it in the tree. */
Dashboard.within = function (plan, area) {
  var rows = plan.rules.communities, above = {};
  plan.rules.areas.forEach(function (each) { above[each.code] = each.parent; });
  return rows.filter(function (row) {
    for (var code = row.code, steps = 0; code && steps < 20; code = code === row.code ? row.parent : above[code], steps += 1) {
      if (!area || code === area) { return true; }
    }
    return !area;
  }).map(function (row) { return row.code; });
};

/* The sums of columns over the rows of some communities; null where there are no rows. */
Dashboard.sum = function (rows, codes, key, columns) {
  var total = {}, found = 0;
  columns.forEach(function (column) { total[column] = 0; });
  (rows || []).forEach(function (row) {
    if (codes.indexOf(row[key]) < 0) { return; }
    found += 1;
    columns.forEach(function (column) { total[column] += row[column] || 0; });
  });
  return found ? total : null;
};
