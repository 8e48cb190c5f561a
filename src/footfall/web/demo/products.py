"""What the demo shop sells."""

from __future__ import annotations

from typing import NamedTuple


class Product(NamedTuple):
    sku: str
    category: str
    name: str
    price: float
    text: str


PRODUCTS = (
    Product("red-runner", "shoes", "Red Runner", 89.0, "Light shoes for long mornings."),
    Product("trail-boot", "shoes", "Trail Boot", 129.0, "Grip for wet rock and wet leaves."),
    Product("city-sneaker", "shoes", "City Sneaker", 74.0, "White, plain, goes with everything."),
    Product("rain-shell", "jackets", "Rain Shell", 149.0, "Packs into its own pocket."),
    Product("wool-layer", "jackets", "Wool Layer", 99.0, "Warm when damp, fresh after a week."),
    Product("day-pack", "bags", "Day Pack 22", 64.0, "Fits a laptop and a lunch."),
    Product("roll-top", "bags", "Roll Top 30", 84.0, "Keeps the rain out of your books."),
    Product("camp-mug", "extras", "Camp Mug", 14.0, "Enamel, 350 ml, survives falls."),
)
CATALOG = {product.sku: product for product in PRODUCTS}
