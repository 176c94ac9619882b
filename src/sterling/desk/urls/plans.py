"""Catalog, contracts, quotes."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_catalog, views_contracts

urlpatterns: list[URLPattern] = [
    path("catalog/", views_catalog.catalog_view, name="catalog"),
    path("catalog/begin", views_catalog.begin, name="catalog_begin"),
    path("catalog/<int:number>.json", views_catalog.catalog_file, name="catalog_file"),
    path("catalog/<int:number>/roll-back", views_catalog.roll_back, name="catalog_roll_back"),
    path("catalog/<int:number>/withdraw", views_catalog.withdraw, name="catalog_withdraw"),
    path("catalog/draft", views_catalog.draft_page, name="catalog_draft"),
    path("catalog/draft/file", views_catalog.draft_file, name="catalog_draft_file"),
    path("catalog/draft/publish", views_catalog.publish, name="catalog_publish"),
    path("catalog/draft/discard", views_catalog.discard, name="catalog_discard"),
    path("contracts/", views_contracts.contract_list, name="contracts"),
    path("contracts/new", views_contracts.new_contract, name="contract_new"),
    path("contracts/<int:contract>/", views_contracts.contract_page, name="contract"),
    path("contracts/<int:contract>/change", views_contracts.change, name="contract_change"),
    path("contracts/<int:contract>/proof", views_contracts.proof, name="contract_proof"),
    path(
        "contracts/<int:contract>/proof/<int:proof>", views_contracts.proof_file, name="contract_proof_file"
    ),
    path("quotes/new", views_contracts.new_quote, name="quote_new"),
    path("quotes/<int:quote>/", views_contracts.quote_page, name="quote"),
    path("quotes/<int:quote>/en.pdf", views_contracts.quote_paper, {"language": "en"}, name="quote_en"),
    path("quotes/<int:quote>/zh.pdf", views_contracts.quote_paper, {"language": "zh"}, name="quote_zh"),
]
