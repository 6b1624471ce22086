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

/** @param merged ranges such as `D2:D3` */
export async function writeSheet(file: string, name: string, rows: unknown[][], merged: string[] = []): Promise<void> {
  const workbook = new exceljs.Workbook();
  const sheet = workbook.addWorksheet(name);
  sheet.addRows(rows);
  for (const range of merged) sheet.mergeCells(range);
  await workbook.xlsx.writeFile(file);
}
