/* What the service tells of a plan: read once a plan, added up for the area that is chosen. */
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

/* The rules of a plan and its tiles, which are there at once; the parts come later. */
Dashboard.plan = function (id) {
  var root = "plans/" + encodeURIComponent(id);
  return Promise.all([Dashboard.read(root + "/stats?by=community"), Dashboard.read(root + "/tiles/WebMercatorQuad?f=tilejson")]).then(function (told) {
    return { id: id, root: root, rules: told[0], tiles: told[1], parts: {} };
  });
};

/* What else is told of a plan. Each part comes by itself, so that none waits for a slower one, nor for one that fails. */
Dashboard.parts = {
  coverage: function (plan) {
    return plan.rules.measured_at ? Dashboard.read(plan.root + "/coverage?by=community&within=" + Dashboard.data.within) : null;
  },
  incidents: function (plan) {
    var stats = "stats/incidents?plan=" + encodeURIComponent(plan.id);
    if (!Dashboard.toldIncidents()) { return null; }
    return Promise.all([Dashboard.read(stats + "&by=community"), Dashboard.read(stats + "&by=period&period=month")]).then(function (told) {
      if (!told[0] || !told[1]) { return null; }
      told[0].months = told[1].rows.map(function (row) { return row.period; }).filter(Boolean).sort();
      return told[0];
    });
  },
  people: function (plan) {
    return Promise.all([Dashboard.read(plan.root + "/stats/staffing?by=community"), Dashboard.read(plan.root + "/stats/organisations?by=community")])
      .then(function (told) { return { staffing: told[0], organisations: told[1] }; });
  }
};

/* Reads every part, and says the name of each that is there or failed. */
Dashboard.load = function (plan, arrived) {
  return Promise.all(Object.keys(Dashboard.parts).map(function (name) {
    return Promise.resolve(Dashboard.parts[name](plan)).then(function (told) { plan.parts[name] = { told: told }; }, function (error) {
      console.error(error);
      plan.parts[name] = { told: null, failed: error };
    }).then(function () { arrived(name); });
  }));
};

/* What a part tells; null where it is not there yet, or there is nothing. */
Dashboard.told = function (plan, name) { return plan.parts[name] ? plan.parts[name].told : null; };

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

/* The counts and rates of incidents in an area, as the service tells them; only of several communities they are added up here. */
Dashboard.incidentsIn = function (told, area, codes) {
  if (!area) { return told.total; }
  var rows = told.rows.filter(function (row) { return codes.indexOf(row.community) >= 0; }), least = told.disclosed ? told.disclosed.least_divided_by : 1;
  if (rows.length < 2) { return rows[0] || null; }
  var sum = Dashboard.sum(rows, codes, "community", ["reported", "accepted", "closed", "open", "due", "on_time", "escalated"]);
  sum.closure_rate = sum.accepted >= least ? sum.closed / sum.accepted : null;
  sum.on_time_rate = sum.due >= least ? sum.on_time / sum.due : null;
  return sum;
};
