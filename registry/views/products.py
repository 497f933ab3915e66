"""Products: the list, one product, and its forms. They belong to no site."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry.errors import NotInReachError
from registry.extensions import read_session, signed_in
from registry.forms.base import typed_values
from registry.forms.lot import ProductFactsForm, ProductForm
from registry.models import Product
from registry.operations import lots as operations
from registry.permissions import Permission
from registry.queries.lots import lots_of_product, products
from registry.views.form_page import FormPage
from registry.views.saving import check_row_version

bp = Blueprint("products", __name__, url_prefix="/products")


@bp.get("/")
def index() -> ResponseReturnValue:
    """List the products, by name."""
    return render_template(
        "products/index.html",
        products=products(read_session()),
        may_write=signed_in().may(Permission.PRODUCT_WRITE),
    )


@bp.get("/<uuid:product>")
def show(product: UUID) -> ResponseReturnValue:
    """Show one product with its lots."""
    row = _row(read_session(), product)
    return render_template(
        "products/show.html",
        product=row,
        lots=lots_of_product(read_session(), row.name),
        may_write=signed_in().may(Permission.PRODUCT_WRITE),
    )


@bp.route("/new", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Describe a product."""
    page = FormPage(
        "Add a product", ProductForm.sent(), "Save product", url_for("products.index"),
        saved="Product saved.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        return url_for("products.show", product=operations.record_product(session, values).id)

    return page.submit("add a product", act)


@bp.route("/<uuid:product>/change", methods=["GET", "POST"])
def edit(product: UUID) -> ResponseReturnValue:
    """Change the facts of a product."""
    row, form = _row(read_session(), product), ProductFactsForm.sent()
    here = url_for("products.show", product=product)
    stored = typed_values({name: getattr(row, name) for name in form.data})
    page = FormPage(
        f"Change {row.name}", form, "Save product", here, None, stored, row.row_version,
        about=f"Product {row.name}",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row = _row(session, product)
        check_row_version(row)
        operations.change_product(session, row, values)
        return here

    return page.submit("change a product", act)


def _row(session: Session, key: UUID) -> Product:
    row = session.get(Product, key)
    if row is None or row.voided_at is not None:
        raise NotInReachError
    return row
