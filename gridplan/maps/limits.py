"""What a page may hold."""

#: Shapes up to which a browser keeps each as an object of its own; with more they are painted, from fewer points.
MOST_KEPT = 5000
