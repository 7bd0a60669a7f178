"""A table with what ImageDataGenerator.flow_from_dataframe asks of a pandas.DataFrame, for where pandas is not installed."""

import numpy as np


class Column(list):
    """A pandas.Series."""

    values = property(lambda self: np.array(self, object if any(isinstance(v, (str, list, tuple)) for v in self) else None))
    dtype = property(lambda self: self.values.dtype)

    def apply(self, function, args=()):
        return Column(function(v, *args) for v in self)

    map = apply

    def nunique(self):
        return len(set(self))

    def tolist(self):
        return list(self)

    def __invert__(self):
        return Column(not v for v in self)

    def sum(self):
        return sum(self)


class _Rows:
    def __init__(self, frame):
        self.frame = frame

    def __getitem__(self, where):
        rows, _ = where
        return Frame({name: column[rows] for name, column in self.frame.columns.items()})


class Frame:
    """A pandas.DataFrame."""

    def __init__(self, columns):
        self.columns = {name: Column(values) for name, values in columns.items()}

    iloc = property(_Rows)

    def copy(self):
        return Frame(self.columns)

    def __len__(self):
        return len(next(iter(self.columns.values())))

    def __getitem__(self, key):
        if isinstance(key, str):
            return self.columns[key]
        if isinstance(key, Column):
            return Frame({name: [v for v, kept in zip(column, key) if kept] for name, column in self.columns.items()})
        chosen = Frame({name: self.columns[name] for name in key})
        chosen.values = np.stack([c.values for c in chosen.columns.values()], axis=1)
        return chosen

    def __setitem__(self, name, column):
        self.columns[name] = Column(column)

    def dropna(self, subset):
        return self[Column(all(self.columns[name][i] is not None for name in subset) for i in range(len(self)))]
