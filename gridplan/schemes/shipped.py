"""The schemes that come with the program."""

from importlib.resources import files


def scheme_names() -> list[str]:
    """Names of the shipped schemes, sorted."""
    found = [item.name for item in files("gridplan.schemes").iterdir()]
    return sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml"))
