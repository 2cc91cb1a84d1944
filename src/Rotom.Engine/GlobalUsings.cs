// System.ValueType is of no use here; a value's type always is the one of a key's value.
global using ValueType = Rotom.Engine.Memory.ValueType;
