"""One language for rules: a tree of conditions over a lead's facts. In: JSON. Out: a Python test, a sentence, a trace."""

from leadloop.leads.domain.criteria.catalogue import OPERATORS, Catalogue, Facts, Field, FieldType, Happening, Op
from leadloop.leads.domain.criteria.explain import Explained, explain
from leadloop.leads.domain.criteria.fields import CATALOGUE, blank_facts
from leadloop.leads.domain.criteria.parse import parse
from leadloop.leads.domain.criteria.predicate import Test, predicate
from leadloop.leads.domain.criteria.schema import json_schema
from leadloop.leads.domain.criteria.sentence import Vocabulary, in_words, sentence
from leadloop.leads.domain.criteria.tree import All, AnyOf, Condition, CriteriaInvalid, Node, Not, TouchCount, dump, fields_used

__all__ = [
    "CATALOGUE",
    "OPERATORS",
    "All",
    "AnyOf",
    "Catalogue",
    "Condition",
    "CriteriaInvalid",
    "Explained",
    "Facts",
    "Field",
    "FieldType",
    "Happening",
    "Node",
    "Not",
    "Op",
    "Test",
    "TouchCount",
    "Vocabulary",
    "blank_facts",
    "dump",
    "explain",
    "fields_used",
    "in_words",
    "json_schema",
    "parse",
    "predicate",
    "sentence",
]
