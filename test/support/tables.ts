import exceljs from 'exceljs';

/** The sheets of a workbook as texts. */
export async function sheetsOf(file: string): Promise<Record<string, string[][]>> {
  const workbook = new exceljs.Workbook();
  await workbook.xlsx.readFile(file);
  const sheets: Record<string, string[][]> = {};
  workbook.eachSheet((sheet) => {
    const rows: string[][] = [];
    sheet.eachRow({ includeEmpty: false }, (row) => {
      rows.push(Array.from((row.values as unknown[]).slice(1), (value) => (value === undefined ? '' : String(value))));
    });
    sheets[sheet.name] = rows;
  });
  return sheets;
}

export async function writeSheet(file: string, name: string, rows: unknown[][]): Promise<void> {
  const workbook = new exceljs.Workbook();
  workbook.addWorksheet(name).addRows(rows);
  await workbook.xlsx.writeFile(file);
}
