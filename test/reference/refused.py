"""What has to be an error."""

OUT_OF_RANGE = "22003"
BAD_VALUE = "22023"
ANY = "error"                               # the documents leave the SQLSTATE open


class Refused(Exception):
    """Raised where the engine has to raise an error, with the SQLSTATE it has to have."""

    def __init__(self, sqlstate, message):
        super().__init__(message)
        self.sqlstate = sqlstate
