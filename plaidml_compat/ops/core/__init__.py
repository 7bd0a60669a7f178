"""Ops that are not about images: conversion, arithmetic, shapes, reductions."""
