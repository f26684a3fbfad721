"""The fills of maps."""

#: Light fills that stay apart under the common colour blindnesses and carry dark text: the "light" scheme of
#: Paul Tol, "Colour Schemes", SRON/EPS/TN/09-002. The first ones are used most.
FILLS = ("#77AADD", "#EEDD88", "#EE8866", "#44BB99", "#FFAABB", "#BBCC33", "#99DDFF", "#AAAA00")

#: The fill of special grids, beside which every other stays apart.
SPECIAL = "#9AA0A6"
