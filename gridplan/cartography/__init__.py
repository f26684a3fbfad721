"""Rules that everything drawn shares, on a screen and on paper: fills, points of labels, whose data it is."""
