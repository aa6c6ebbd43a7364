"""The least that can be suppressed, by integer programming (Fischetti and Salazar 2001, in one piece).

A variable of 0 or 1 for each free cell, and for each primary cell and direction
a table that differs from the true one, in suppressed cells alone.
"""

from attacker import Program, equations, in_units, levels


def least_cost(table, seconds):
    """The cost of the cheapest safe set of free cells; None if there is none, or the time was not enough."""
    value = in_units(table, "cell_values")
    least = in_units(table, "lower_bounds")
    greatest = in_units(table, "upper_bounds")
    state = table["states"]
    cost = [max(1, int(entry)) for entry in table["costs"]]
    movable = [cell for cell in range(len(value)) if state[cell] != "shown"]
    program = Program()
    rows = equations(table)
    program.integer = True
    for cell in movable:
        if state[cell] == "free":
            program.variable(cell, 0, 1, cost[cell], binary=True)
    for primary in movable:
        if state[primary] != "primary":
            continue
        lower, upper, sliding = levels(table, primary)
        most = max(lower, upper, sliding)
        for side in ("low", "high"):
            for cell in movable:
                # no cell has to move further than the primary one
                down = most if least[cell] is None else min(most, value[cell] - least[cell])
                up = most if greatest[cell] is None else min(most, greatest[cell] - value[cell])
                name = (side, primary, cell)
                if cell == primary:
                    program.variable(name, *((-down, -lower) if side == "low" else (upper, up)))
                else:
                    program.variable(name, -down, up)
                if state[cell] == "free":
                    program.require([(1, name), (-up, cell)], "u 0")
                    program.require([(1, name), (down, cell)], "l 0")
            for equation in rows:
                program.require([(factor, (side, primary, cell)) for factor, cell in equation if state[cell] != "shown"], "s 0")
        if sliding > lower + upper:
            program.require([(1, ("high", primary, primary)), (-1, ("low", primary, primary))], f"l {sliding}")
    if program.rows == 0:
        return 0
    answer = program.solve("min", "--tmlim", str(seconds), "--cuts")
    if answer is None:
        return None
    return sum(cost[cell] for cell in movable if state[cell] == "free" and round(answer[cell]) == 1)
