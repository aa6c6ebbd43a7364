import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Types;
import java.util.StringJoiner;

/** What JDBC sees of the dashboard views: one JSON object on standard output. */
public class JdbcClient
{
	private static String quoted(String text)
	{
		return text == null ? "null" : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
	}

	public static void main(String[] arguments) throws Exception
	{
		String url = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/" + System.getenv("PGDATABASE");
		StringJoiner columns = new StringJoiner(",", "{", "}");
		StringJoiner comments = new StringJoiner(",", "{", "}");
		StringJoiner rows = new StringJoiner(",", "[", "]");

		try (Connection connection = DriverManager.getConnection(url, System.getenv("PGUSER"), ""))
		{
			DatabaseMetaData metadata = connection.getMetaData();
			for (String view : arguments[0].split(","))
			{
				try (ResultSet column = metadata.getColumns(null, "credence_registry", view, null))
				{
					while (column.next())
					{
						String name = quoted(view + "." + column.getString("COLUMN_NAME"));
						int type = column.getInt("DATA_TYPE");
						String type_name = java.sql.JDBCType.valueOf(type).getName().toLowerCase();
						if (type == Types.NUMERIC)
						{
							type_name += "(" + column.getInt("COLUMN_SIZE") + "," + column.getInt("DECIMAL_DIGITS") + ")";
						}
						columns.add(name + ":" + quoted(type_name));
						comments.add(name + ":" + quoted(column.getString("REMARKS")));
					}
				}
			}
			String sql = "SELECT grade_en, grade_order, count(*), avg(score)::numeric(10,2) FROM credence_registry.current_grade"
				+ " WHERE scheme_code = ? AND region_en = ? GROUP BY grade_en, grade_order ORDER BY grade_order";
			try (PreparedStatement query = connection.prepareStatement(sql))
			{
				query.setString(1, arguments[1]);
				query.setString(2, arguments[2]);
				try (ResultSet row = query.executeQuery())
				{
					while (row.next())
					{
						rows.add("[" + quoted(row.getString(1)) + "," + row.getInt(2) + "," + row.getLong(3) + "," + row.getBigDecimal(4) + "]");
					}
				}
			}
		}
		System.out.print("{\"columns\":" + columns + ",\"comments\":" + comments + ",\"query\":" + rows + "}");
	}
}
